P=$(date)
for i in a "b c"; do tccli cvm ExportImages --ImageIds "$i" --cli-unfold-argument; done
jdc vm import-image --input-json "{\"imageName\":\"$P\"}" &&\
 eval aliyun ecs ExportImage
