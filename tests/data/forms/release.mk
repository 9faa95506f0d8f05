REGION := cn-hangzhou
PREFIX = weekly_image
IMAGE ?= m-bp1abcdefghijklmnop
NIGHTS := $(shell date +%u)

.PHONY: export import
export: check
	@echo exporting from $(REGION)
	@aliyun ecs ExportImage --RegionId $(REGION) --ImageId "$(IMAGE)" \
		--OSSBucket example-bucket \
		--OSSPrefix $(PREFIX) $(EXTRA)
	-for name in a b; do aliyun ecs ExportImage --RegionId $(REGION) --ImageId m-bp1abcdefghijklmnop --OSSBucket "$$name"; done

import:
	jdc vm import-image --region-id cn-north-1 --disk-format iso --input-json file:///tmp/import.json
