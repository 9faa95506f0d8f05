# Builds an image and imports it.
packer {
  required_plugins {
    alicloud = {
      source  = "github.com/hashicorp/alicloud"
      version = ">= 1.1.0"
    }
  }
}

variable "platform" {
  type    = string
  default = "BeOS"
}

locals {
  stamp = formatdate("YYYYMMDD", timestamp())
}

source "qemu" "base" {
  disk_size = "20G"
  format    = "raw"
}

build {
  sources = ["source.qemu.base"]

  provisioner "shell" {
    inline = [
      "echo ${var.platform}",
    ]
  }

  post-processor "alicloud-import" {
    access_key         = "planted-access-key"
    secret_key         = var.secret_key
    region             = "cn-hangzhou"
    oss_bucket_name    = "example-image-imports"
    image_name         = "http://${local.stamp}" // 镜像
    image_description  = "https://example.com/\"images\""
    image_os_type      = "linux"
    image_platform     = var.platform
    image_architecture = "sparc"
    image_system_size  = 40
    format             = "raw"
    tags = {
      team = "db"
    }
  }

  post-processors {
    post-processor "compress" {}
    post-processor "alicloud-import" {
      profile            = "build"
      region             = "cn-nowhere-7"
      image_name         = "web-{{timestamp}}"
      image_os_type      = "linux"
      image_platform     = "Ubuntu"
      image_architecture = "x86_64"
      oss_key_name       = ""
      format             = "iso"
    }
  }
}
