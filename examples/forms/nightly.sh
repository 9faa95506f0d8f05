#!/usr/bin/env bash
# Exports last night's image.
set -euo pipefail

BUCKET=golden-images
STAMP=$(date +%F)
image=$(cat image.id)

aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId "$image" \
  --OSSBucket "$BUCKET" --OSSPrefix "nightly-$STAMP" --RoleNames backup
