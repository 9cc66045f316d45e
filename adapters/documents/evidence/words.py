"""What the README of an evidence ZIP says, to whoever opens it."""

README = """\
《{title}》存证包
承诺编码：{number}
制作时间：{made_at}
{sample}
一、怎样核验
  1. 安装 Python 3.9 以上，再安装一个软件包：python -m pip install cryptography
  2. 取出包内的 verify.py，运行：
     python verify.py 存证包.zip --root 平台根证书.pem
     平台根证书公布在 {published_at}
     （其中的 root_certificate_pem；换过根证书的，连同 retired_root_certificates_pem
     放进同一个文件），请自行下载，不要只用包内所附的。
  3. 程序逐项说出结论。包内任何一个字节被改动，都会指出哪里不符。
  程序不联网，也不需要本平台的服务器。不信任包内程序的，可以按下面的说明自行核对：
  所有摘要都是 SHA-256，签名都是 P-256 上的 ECDSA，时间戳按 RFC 3161，
  JSON 按 RFC 8785，审计日志的树按 RFC 9162（叶的内容是 event 的规范 JSON）。

二、包里有什么
  promise.pdf        电子签章的承诺书（PDF/A，PAdES）
  promise.json       承诺人所签内容的规范 JSON；其摘要记在签署事件里，也附在 PDF 里
  text.txt           签署前所读的承诺书文本，逐字如示
  publication.txt    承诺人同意的公示内容，逐字如示
  identity.json      身份核验：编号、方式、通过时间、核验回执的摘要
                     （回执本身不留存；窗口核验没有回执）
  letter.json        承诺书文件的摘要和时间戳情况
  state.json         制作存证包时的履行状态和办理过程
  stamps/            承诺书上的时间戳，单独存放，便于另行核验
  events/            这份承诺在审计日志里的每一条事件，及其在日志中的证明（不含下载存证包的记录）
  roots/             证明所通向的审计日志的根：每小时一个，平台签名，前后相连，盖时间戳
  certificates/      平台根证书、签章证书，时间戳机构的根证书
  verify.py          核验程序
  manifest.json      以上各文件的大小和摘要；manifest.sig 是平台对它的签名

三、还要知道
  承诺书时间戳：{stamp}
  审计事件：共 {events} 条{pending}。尚未封存的事件在下一个整点后重新下载，即附证明。
  本程序不核验证书是否被吊销；时间戳机构的证书链只在给出或附有其根证书时核验。
"""
