//! Real, well-known CVEs that the made-up hospital suffers from, one a line: where it sits, id, CVSS v3 base metrics in
//! the order AV AC PR UI S C I A, title. Most were checked against KEV, CISA Vulnrichment and the NVD scores; it is for show, never a source of scores.
//!
//! `W` Windows, `S` Windows servers, `O` desktop software, `L` Linux, `A` server applications, `J` libraries, `E` gateways
//! at the edge, `C` virtualization and backup, `D` devices.

/// The table; [`super::weaknesses`] reads it.
pub(super) const TABLE: &str = "\
W CVE-2017-0144 NHNNUHHH Windows SMBv1 remote code execution (EternalBlue)
W CVE-2017-0143 NHNNUHHH Windows SMBv1 remote code execution
W CVE-2017-0145 NHNNUHHH Windows SMBv1 remote code execution
W CVE-2017-0147 NHNNUHNN Windows SMBv1 information disclosure
W CVE-2019-0708 NLNNUHHH Remote Desktop Services remote code execution (BlueKeep)
W CVE-2020-0796 NLNNCHHH Windows SMBv3 remote code execution (SMBGhost)
W CVE-2020-0601 NLNRUHHN Windows CryptoAPI spoofing
W CVE-2021-34527 NLLNUHHH Windows Print Spooler remote code execution (PrintNightmare)
W CVE-2021-1675 LLNRUHHH Windows Print Spooler privilege escalation
W CVE-2021-36934 LLLNUHHH Windows privilege escalation by readable registry hives (SeriousSAM)
W CVE-2021-40444 NLNRUHHH Microsoft MSHTML remote code execution
W CVE-2021-1732 LLLNUHHH Windows Win32k privilege escalation
W CVE-2021-33739 LLNNUHHH Windows DWM Core Library privilege escalation
W CVE-2021-40449 LLLNUHHH Windows Win32k privilege escalation
W CVE-2021-41379 LLLNUNHN Windows Installer privilege escalation
W CVE-2022-21882 LHLNUHHH Windows Win32k privilege escalation
W CVE-2022-21999 LLLNUHHH Windows Print Spooler privilege escalation
W CVE-2022-24521 LLLNUHHH Windows CLFS driver privilege escalation
W CVE-2022-30190 LLNRUHHH Microsoft Support Diagnostic Tool remote code execution (Follina)
W CVE-2022-37969 LLLNUHHH Windows CLFS driver privilege escalation
W CVE-2022-26925 NHNNUHNN Windows LSA spoofing
W CVE-2022-34713 LLNRUHHH Microsoft Support Diagnostic Tool remote code execution
W CVE-2022-41033 LLLNUHHH Windows COM+ Event System privilege escalation
W CVE-2022-41073 LLLNUHHH Windows Print Spooler privilege escalation
W CVE-2022-41125 LLLNUHHH Windows CNG key isolation privilege escalation
W CVE-2022-41128 NLNRUHHH Windows scripting languages remote code execution
W CVE-2022-44698 NLNRUNLL Windows SmartScreen security feature bypass
W CVE-2023-21674 LLLNCHHH Windows ALPC privilege escalation
W CVE-2023-21823 LLLNUHHH Windows graphics component privilege escalation
W CVE-2023-23376 LLLNUHHH Windows CLFS driver privilege escalation
W CVE-2023-24880 LLNRUNLL Windows SmartScreen security feature bypass
W CVE-2023-28252 LLLNUHHH Windows CLFS driver privilege escalation
W CVE-2023-29336 LLLNUHHH Windows Win32k privilege escalation
W CVE-2023-32046 LLNRUHHH Windows MSHTML privilege escalation
W CVE-2023-32049 NLNRUHHH Windows SmartScreen security feature bypass
W CVE-2023-36874 LLLNUHHH Windows Error Reporting privilege escalation
W CVE-2023-36884 NHNRUHHH Windows Search remote code execution
W CVE-2023-36025 NLNRUHHH Windows SmartScreen security feature bypass
W CVE-2023-36033 LLLNUHHH Windows DWM Core Library privilege escalation
W CVE-2023-36036 LLLNUHHH Windows cloud files driver privilege escalation
W CVE-2023-36802 LLLNUHHH Microsoft Streaming Service proxy privilege escalation
W CVE-2024-21338 LLLNUHHH Windows kernel privilege escalation
W CVE-2024-21351 NLNRULHL Windows SmartScreen security feature bypass
W CVE-2024-21412 NLNRUHHN Windows internet shortcut files security feature bypass
W CVE-2024-26234 LLHNUHHH Windows proxy driver spoofing
W CVE-2024-29988 NLNRUHHH Windows SmartScreen prompt security feature bypass
W CVE-2024-30051 LLLNUHHH Windows DWM Core Library privilege escalation
W CVE-2024-30088 LHLNUHHH Windows kernel privilege escalation
W CVE-2024-38063 NLNNUHHH Windows TCP/IP remote code execution by IPv6 packets
W CVE-2024-38080 LLLNUHHH Windows Hyper-V privilege escalation
W CVE-2024-38112 NHNRUHHH Windows MSHTML platform spoofing
W CVE-2024-38193 LLLNUHHH Windows AFD driver privilege escalation
W CVE-2024-38213 NLNRUNHN Windows Mark of the Web security feature bypass
W CVE-2024-43451 NLNRUHNN Windows NTLM hash disclosure spoofing
W CVE-2024-49039 LLLNCHHH Windows Task Scheduler privilege escalation
W CVE-2024-49138 LLLNUHHH Windows CLFS driver privilege escalation
W CVE-2024-38202 LLLRUHHH Windows Update stack privilege escalation
W CVE-2018-8120 LHLNUHHH Windows Win32k privilege escalation
W CVE-2018-8453 LLLNUHHH Windows Win32k privilege escalation
W CVE-2019-0803 LLLNUHHH Windows Win32k privilege escalation
W CVE-2019-0859 LLLNUHHH Windows Win32k privilege escalation
W CVE-2019-1069 LLLNUHHH Windows Task Scheduler privilege escalation
W CVE-2019-1405 LLLNUHHH Windows UPnP service privilege escalation
W CVE-2020-0787 LLLNUHHH Windows BITS privilege escalation
W CVE-2020-1054 LHLNUHHH Windows Win32k privilege escalation
W CVE-2020-17087 LLLNUHHH Windows kernel privilege escalation
W CVE-2016-7255 LLLNUHHH Windows Win32k privilege escalation
W CVE-2013-3900 LLNRUNHN WinVerifyTrust signature validation
S CVE-2020-1472 NLNNCHHH Netlogon privilege escalation (Zerologon)
S CVE-2020-1350 NLNNCHHH Windows DNS Server remote code execution (SIGRed)
S CVE-2021-42278 NHLNUHHH Active Directory Domain Services privilege escalation (sAMAccountName spoofing)
S CVE-2021-42287 NHLNUHHH Active Directory Domain Services privilege escalation
S CVE-2022-26923 NLLNUHHH Active Directory Certificate Services privilege escalation
S CVE-2014-6324 NLLNUHHH Windows Kerberos KDC privilege escalation
S CVE-2021-36942 NLNNUNHN Windows LSA spoofing (PetitPotam)
S CVE-2021-26855 NLNNUHHN Microsoft Exchange Server remote code execution (ProxyLogon)
S CVE-2021-26857 LLNRUHHH Microsoft Exchange Server remote code execution
S CVE-2021-26858 LLNRUHHH Microsoft Exchange Server remote code execution
S CVE-2021-27065 LLNRUHHH Microsoft Exchange Server remote code execution
S CVE-2021-34473 NLNNUHHN Microsoft Exchange Server remote code execution (ProxyShell)
S CVE-2021-34523 LLLNCHHH Microsoft Exchange Server privilege escalation (ProxyShell)
S CVE-2021-31207 NHHNUHHH Microsoft Exchange Server security feature bypass (ProxyShell)
S CVE-2022-41040 NLLNUHHH Microsoft Exchange Server privilege escalation (ProxyNotShell)
S CVE-2022-41082 ALLNUHHH Microsoft Exchange Server remote code execution (ProxyNotShell)
S CVE-2022-41080 NLLNUHHH Microsoft Exchange Server privilege escalation
S CVE-2020-0688 NLLNUHHH Microsoft Exchange Server remote code execution by a fixed validation key
S CVE-2024-21410 NLNNUHHH Microsoft Exchange Server privilege escalation
S CVE-2019-0604 NLNNUHHH Microsoft SharePoint remote code execution
S CVE-2023-29357 NLNNUHHH Microsoft SharePoint Server privilege escalation
S CVE-2023-24955 NLHNUHHH Microsoft SharePoint Server remote code execution
S CVE-2024-38094 NLHNUHHH Microsoft SharePoint remote code execution
S CVE-2025-53770 NLNNUHHH Microsoft SharePoint Server remote code execution (ToolShell)
S CVE-2024-43468 NLNNUHHH Microsoft Configuration Manager remote code execution
S CVE-2021-38647 NLNNUHHH Open Management Infrastructure remote code execution (OMIGOD)
S CVE-2017-7269 NLNNUHHH Microsoft IIS 6.0 WebDAV buffer overflow
S CVE-2015-1635 NLNNUHHH Windows HTTP.sys remote code execution
S CVE-2021-31166 NLNNUHHH HTTP protocol stack remote code execution
S CVE-2022-21907 NLNNUHHH HTTP protocol stack remote code execution
O CVE-2017-11882 LLNRUHHH Microsoft Office Equation Editor memory corruption
O CVE-2018-0802 LLNRUHHH Microsoft Office Equation Editor memory corruption
O CVE-2017-0199 LLNRUHHH Microsoft Office and WordPad remote code execution
O CVE-2017-8759 LLNRUHHH .NET Framework remote code execution
O CVE-2012-0158 NLNRUHHH MSCOMCTL.OCX remote code execution
O CVE-2015-1641 LLNRUHHH Microsoft Office memory corruption
O CVE-2023-23397 NLNNUHHH Microsoft Outlook privilege escalation by a crafted reminder
O CVE-2023-21715 LLLRUHHH Microsoft Publisher security feature bypass
O CVE-2024-21413 NLNNUHHH Microsoft Outlook remote code execution (MonikerLink)
O CVE-2023-35311 NLNRUHHH Microsoft Outlook security feature bypass
O CVE-2023-38831 LLNRUHHH RARLAB WinRAR code execution
O CVE-2018-20250 LLNRUHHH RARLAB WinRAR path traversal in ACE archives
O CVE-2025-0411 LHNRUHHH 7-Zip Mark of the Web bypass
O CVE-2021-30551 NLNRUHHH Google Chrome V8 type confusion
O CVE-2021-30632 NLNRUHHH Google Chrome V8 out-of-bounds write
O CVE-2021-21224 NLNRUHHH Google Chrome V8 type confusion
O CVE-2021-21166 NLNRUHHH Google Chrome race in audio
O CVE-2021-21148 NLNRUHHH Google Chrome V8 heap buffer overflow
O CVE-2021-37973 NLNRCHHH Google Chrome use after free in Portals
O CVE-2021-38003 NLNRUHHH Google Chrome V8 inappropriate implementation
O CVE-2022-0609 NLNRUHHH Google Chrome use after free in Animation
O CVE-2022-1096 NLNRUHHH Google Chrome V8 type confusion
O CVE-2022-1364 NLNRUHHH Google Chrome V8 type confusion
O CVE-2022-2294 NLNRUHHH WebRTC heap buffer overflow
O CVE-2022-3075 NLNRCHHH Google Chrome insufficient data validation in Mojo
O CVE-2022-3723 NLNRUHHH Google Chrome V8 type confusion
O CVE-2022-4135 NLNRCHHH Google Chrome GPU heap buffer overflow
O CVE-2022-4262 NLNRUHHH Google Chrome V8 type confusion
O CVE-2023-2033 NLNRUHHH Google Chrome V8 type confusion
O CVE-2023-2136 NLNRCHHH Skia integer overflow in Google Chrome
O CVE-2023-3079 NLNRUHHH Google Chrome V8 type confusion
O CVE-2023-4863 NLNRUHHH libwebp heap buffer overflow
O CVE-2023-5217 NLNRUHHH libvpx heap buffer overflow
O CVE-2023-6345 NLNRCHHH Skia integer overflow in Google Chrome
O CVE-2023-7024 NLNRUHHH WebRTC heap buffer overflow in Google Chrome
O CVE-2024-0519 NLNRUHHH Google Chrome V8 out-of-bounds memory access
O CVE-2024-4671 NLNRCHHH Google Chrome use after free in Visuals
O CVE-2024-4761 NHNRUHHH Google Chrome V8 out-of-bounds write
O CVE-2024-4947 NLNRCHHH Google Chrome V8 type confusion
O CVE-2024-5274 NHNRCHHH Google Chrome V8 type confusion
O CVE-2024-7965 NLNRUHHH Google Chrome V8 inappropriate implementation
O CVE-2024-7971 NLNRUHHH Google Chrome V8 type confusion
O CVE-2020-6418 NLNRUHHH Google Chrome V8 type confusion
O CVE-2019-5786 NLNRUNNH Google Chrome use after free in FileReader
O CVE-2019-13720 NLNRUHHH Google Chrome use after free in audio
O CVE-2019-11707 NLNRUHHH Mozilla Firefox and Thunderbird type confusion
O CVE-2019-17026 NLNRUHHH Mozilla Firefox and Thunderbird IonMonkey type confusion
O CVE-2022-26485 NLNRUHHH Mozilla Firefox use after free in XSLT processing
O CVE-2022-26486 NLNRCHHH Mozilla Firefox use after free in WebGPU
O CVE-2024-9680 NLNNUHHH Mozilla Firefox use after free in animation timelines
O CVE-2018-4878 LLNRUHHH Adobe Flash Player use after free
O CVE-2018-15982 LLNRUHHH Adobe Flash Player use after free
O CVE-2015-5119 NLNNUHHH Adobe Flash Player use after free
O CVE-2021-28550 NLNRUHHH Adobe Acrobat and Reader use after free
O CVE-2023-26369 LLNRUHHH Adobe Acrobat and Reader out-of-bounds write
O CVE-2023-21608 LLNRUHHH Adobe Acrobat and Reader use after free
O CVE-2010-2883 LLLRUHHH Adobe Acrobat and Reader stack buffer overflow
O CVE-2013-0422 NLNNUHHH Oracle Java Runtime Environment remote code execution
O CVE-2012-4681 NLNNUHHH Oracle Java SE Runtime Environment code execution
J CVE-2021-44228 NLNNCHHH Apache Log4j2 remote code execution (Log4Shell)
J CVE-2021-45046 NHNNCHHH Apache Log4j2 remote code execution by thread context lookups
J CVE-2021-45105 NHNNUNNH Apache Log4j2 uncontrolled recursion
J CVE-2021-44832 NHHNUHHH Apache Log4j2 remote code execution by a JDBC appender
J CVE-2022-22965 NLNNUHHH Spring Framework remote code execution (Spring4Shell)
J CVE-2022-22963 NLNNUHHH Spring Cloud Function remote code execution
J CVE-2022-22947 NLNNCHHH Spring Cloud Gateway code injection
J CVE-2022-42889 NLNNUHHH Apache Commons Text variable interpolation (Text4Shell)
J CVE-2017-5638 NLNNCHHH Apache Struts remote code execution by the Content-Type header
J CVE-2018-11776 NHNNUHHH Apache Struts remote code execution by namespaces
J CVE-2023-50164 NLNNUHHH Apache Struts path traversal in file upload
J CVE-2020-17530 NLNNUHHH Apache Struts forced OGNL evaluation
J CVE-2017-9805 NHNNUHHH Apache Struts REST plugin deserialization
J CVE-2016-1000027 NLNNUHHH Spring Framework HttpInvoker deserialization
J CVE-2015-7501 NLNNUHHH Apache Commons Collections deserialization in JBoss products
J CVE-2016-4437 NHNNUHHH Apache Shiro remember-me code execution
J CVE-2019-17571 NLNNUHHH Apache Log4j 1.2 SocketServer deserialization
J CVE-2020-1938 NLNNUHHH Apache Tomcat AJP file read (Ghostcat)
J CVE-2017-12615 NHNNUHHH Apache Tomcat remote code execution by PUT
J CVE-2025-24813 NLNNUHHH Apache Tomcat path equivalence remote code execution
J CVE-2019-0232 NHNNUHHH Apache Tomcat CGI remote code execution on Windows
J CVE-2020-9484 LHLNUHHH Apache Tomcat session persistence deserialization
J CVE-2019-11358 NLNRCLLN jQuery prototype pollution
J CVE-2020-11022 NLNRCLLN jQuery cross-site scripting in DOM manipulation
J CVE-2020-11023 NLNRCLLN jQuery cross-site scripting with option elements
J CVE-2021-23337 NLHNUHHH lodash command injection by template
J CVE-2020-8203 NHNNUNHH lodash prototype pollution in zipObjectDeep
J CVE-2019-10744 NLNNUNHH lodash prototype pollution in defaultsDeep
J CVE-2021-44906 NLNNUHHH minimist prototype pollution
J CVE-2022-24999 NLNNUNNH qs prototype poisoning
J CVE-2023-26136 NLNNUHHH tough-cookie prototype pollution
J CVE-2023-45133 LLNNCHHH Babel arbitrary code execution when compiling crafted code
J CVE-2022-25883 NLNNUNNH node-semver regular expression denial of service
J CVE-2023-44487 NLNNUNNH HTTP/2 rapid reset denial of service
J CVE-2014-0160 NLNNUHNN OpenSSL heartbeat information disclosure (Heartbleed)
J CVE-2022-3602 NLNNUNNH OpenSSL X.509 email address buffer overflow
J CVE-2022-3786 NLNNUNNH OpenSSL X.509 email address variable length buffer overflow
J CVE-2022-0778 NLNNUNNH OpenSSL infinite loop in BN_mod_sqrt
J CVE-2023-0286 NHNNUHNH OpenSSL X.400 address type confusion
J CVE-2021-3711 NLNNUHHH OpenSSL SM2 decryption buffer overflow
J CVE-2021-3449 NHNNUNNH OpenSSL NULL pointer dereference in renegotiation
J CVE-2016-2107 NHNNUHNN OpenSSL padding oracle in AES-NI CBC
J CVE-2016-2183 NLNNUHNN Birthday attack on 64-bit block ciphers (Sweet32)
J CVE-2014-3566 NHNRCLNN SSL 3.0 padding oracle (POODLE)
J CVE-2023-38545 NLNRUHHH curl SOCKS5 heap buffer overflow
J CVE-2018-25032 NLNNUNNH zlib memory corruption when deflating
J CVE-2022-37434 NLNNUHHH zlib heap buffer overflow in inflate
J CVE-2024-3094 NLNNCHHH XZ Utils malicious code in the release archives
J CVE-2022-40674 NHNNUHHH libexpat use after free
J CVE-2020-14343 NLNNUHHH PyYAML arbitrary code execution by full_load
J CVE-2021-23017 NHNNULLH nginx resolver off-by-one
L CVE-2016-6210 NHNNUHNN OpenSSH user enumeration by timing
L CVE-2024-6387 NHNNUHHH OpenSSH server race condition (regreSSHion)
L CVE-2023-38408 NLNNUHHH OpenSSH ssh-agent PKCS#11 remote code execution
L CVE-2023-48795 NHNNUNHN SSH transport prefix truncation (Terrapin)
L CVE-2018-15473 NLNNULNN OpenSSH user enumeration
L CVE-2021-41617 LHLNUHHH OpenSSH sshd supplemental groups privilege escalation
L CVE-2020-15778 LLNRUHHH OpenSSH scp command injection
L CVE-2014-6271 NLNNUHHH GNU Bash code injection by environment variables (Shellshock)
L CVE-2014-7169 NLNNUHHH GNU Bash code injection, incomplete fix of Shellshock
L CVE-2015-0235 NLNNUHHH glibc gethostbyname buffer overflow (GHOST)
L CVE-2016-5195 LHLNUHHH Linux kernel copy-on-write race (Dirty COW)
L CVE-2022-0847 LLLNUHHH Linux kernel pipe buffer privilege escalation (Dirty Pipe)
L CVE-2021-4034 LLLNUHHH polkit pkexec privilege escalation (PwnKit)
L CVE-2021-3156 LLLNUHHH sudo heap buffer overflow (Baron Samedit)
L CVE-2019-14287 NLLNUHHH sudo runas restriction bypass
L CVE-2021-3560 LLLNUHHH polkit authentication bypass over D-Bus
L CVE-2021-3493 LLLNUHHH Linux kernel overlayfs privilege escalation on Ubuntu
L CVE-2022-0185 LLNNUHHH Linux kernel filesystem context heap overflow
L CVE-2022-2586 LHLNUNLH Linux kernel nf_tables use after free
L CVE-2021-22555 LLLNUHHH Linux kernel netfilter heap out-of-bounds write
L CVE-2023-0386 LLLNUHHH Linux kernel overlayfs ownership management
L CVE-2023-2640 LLLNUHHH Ubuntu Linux overlayfs privilege escalation (GameOver(lay))
L CVE-2023-32629 LLLNUHHH Ubuntu Linux overlayfs privilege escalation
L CVE-2023-4911 LLLNUHHH glibc dynamic loader buffer overflow (Looney Tunables)
L CVE-2024-1086 LLLNUHHH Linux kernel nf_tables use after free
L CVE-2023-6246 LLNNUHHH glibc syslog heap buffer overflow
L CVE-2024-2961 NLLNUHHH glibc iconv buffer overflow
L CVE-2017-7494 NLNNUHHH Samba remote code execution (SambaCry)
L CVE-2021-44142 NLLNUHHH Samba vfs_fruit out-of-bounds access
L CVE-2019-10149 NLNNUHHH Exim remote command execution
L CVE-2019-15846 NLNNUHHH Exim buffer overflow in TLS negotiation
L CVE-2024-47176 NLNNUNLN CUPS cups-browsed accepts packets from anywhere
L CVE-2021-41773 NLNNUHNN Apache HTTP Server path traversal
L CVE-2021-42013 NLNNUHHH Apache HTTP Server path traversal, incomplete fix
L CVE-2021-40438 NHNNCHHH Apache HTTP Server server-side request forgery in mod_proxy
L CVE-2023-25690 NLNNUHHH Apache HTTP Server request smuggling in mod_proxy
L CVE-2022-22720 NLNNUHHH Apache HTTP Server request smuggling
L CVE-2019-0211 LLLNUHHH Apache HTTP Server privilege escalation from modules
L CVE-2022-0543 NLNNCHHH Redis on Debian Lua sandbox escape
L CVE-2020-11651 NLNNUHHH SaltStack Salt authentication bypass
L CVE-2020-11652 NLLNUHNN SaltStack Salt path traversal
L CVE-2019-5736 LLNRCHHH runc container escape by overwriting the host binary
L CVE-2024-21626 LLNRCHHH runc container escape by leaked file descriptors (Leaky Vessels)
L CVE-2020-15257 LLLNCLLN containerd shim API exposed to host network containers
L CVE-2022-0492 LLLNUHHH Linux kernel cgroups v1 release_agent escape
L CVE-2018-1002105 NLNNUHHH Kubernetes API server privilege escalation
E CVE-2019-19781 NLNNUHHH Citrix ADC and Gateway directory traversal
E CVE-2023-3519 NLNNUHHH Citrix NetScaler ADC and Gateway code injection
E CVE-2023-4966 NLNNUHNN Citrix NetScaler buffer overflow leaks sessions (Citrix Bleed)
E CVE-2022-27518 NLNNUHHH Citrix ADC and Gateway remote code execution
E CVE-2018-13379 NLNNUHHH Fortinet FortiOS SSL VPN path traversal
E CVE-2022-40684 NLNNUHHH Fortinet FortiOS, FortiProxy authentication bypass
E CVE-2022-42475 NLNNUHHH Fortinet FortiOS SSL VPN heap overflow
E CVE-2023-27997 NLNNUHHH Fortinet FortiOS SSL VPN heap overflow (XORtigate)
E CVE-2024-21762 NLNNUHHH Fortinet FortiOS out-of-bounds write
E CVE-2024-23113 NLNNUHHH Fortinet FortiOS format string
E CVE-2024-47575 NLNNUHHH Fortinet FortiManager missing authentication
E CVE-2024-55591 NLNNUHHH Fortinet FortiOS authentication bypass
E CVE-2019-11510 NLNNCHHH Pulse Connect Secure arbitrary file read
E CVE-2021-22893 NLNNCHHH Pulse Connect Secure authentication bypass
E CVE-2023-46805 NLNNUHLN Ivanti Connect Secure authentication bypass
E CVE-2024-21887 NLHNCHHH Ivanti Connect Secure command injection
E CVE-2024-21893 NLNNUHLN Ivanti Connect Secure server-side request forgery
E CVE-2025-0282 NHNNCHHH Ivanti Connect Secure stack buffer overflow
E CVE-2023-35078 NLNNUHHH Ivanti Endpoint Manager Mobile authentication bypass
E CVE-2019-1579 NHNNUHHH Palo Alto Networks PAN-OS GlobalProtect remote code execution
E CVE-2020-2021 NLNNCHHH Palo Alto Networks PAN-OS SAML authentication bypass
E CVE-2024-3400 NLNNCHHH Palo Alto Networks PAN-OS GlobalProtect command injection
E CVE-2024-0012 NLNNUHHH Palo Alto Networks PAN-OS management authentication bypass
E CVE-2024-9474 NLHNUHHH Palo Alto Networks PAN-OS management privilege escalation
E CVE-2020-5902 NLNNUHHH F5 BIG-IP TMUI remote code execution
E CVE-2021-22986 NLNNUHHH F5 BIG-IP iControl REST remote code execution
E CVE-2022-1388 NLNNUHHH F5 BIG-IP iControl REST missing authentication
E CVE-2023-46747 NLNNUHHH F5 BIG-IP configuration utility authentication bypass
E CVE-2023-20198 NLNNCHHH Cisco IOS XE web UI privilege escalation
E CVE-2023-20273 NLHNUHHH Cisco IOS XE web UI command injection
E CVE-2018-0171 NLNNUHHH Cisco IOS Smart Install remote code execution
E CVE-2018-0296 NLNNUNNH Cisco ASA denial of service and file disclosure
E CVE-2020-3452 NLNNUHNN Cisco ASA and FTD path traversal
E CVE-2020-3580 NLNRCLLN Cisco ASA and FTD cross-site scripting
E CVE-2019-1653 NLNNUHNN Cisco Small Business routers information disclosure
E CVE-2021-20016 NLNNUHHH SonicWall SMA100 SQL injection
E CVE-2021-20038 NLNNUHHH SonicWall SMA100 stack buffer overflow
E CVE-2024-40766 NLNNCHNL SonicWall SonicOS improper access control
E CVE-2024-24919 NLNNCHNN Check Point Quantum Security Gateways information disclosure
E CVE-2022-30525 NLNNUHHH Zyxel firewalls command injection
E CVE-2023-28771 NLNNUHHH Zyxel firewalls command injection in IKE
E CVE-2022-26318 NLNNUHHH WatchGuard Firebox and XTM code execution
E CVE-2022-1040 NLNNUHHH Sophos Firewall authentication bypass
E CVE-2023-2868 NLNNUHHH Barracuda Email Security Gateway command injection
A CVE-2023-34362 NLNNUHHH Progress MOVEit Transfer SQL injection
A CVE-2024-5806 NLNNUHHN Progress MOVEit Transfer SFTP authentication bypass
A CVE-2023-0669 NLHNUHHH Fortra GoAnywhere MFT remote code execution
A CVE-2024-0204 NLNNUHHH Fortra GoAnywhere MFT authentication bypass
A CVE-2024-50623 NLNRUHHH Cleo Harmony, VLTrader and LexiCom unrestricted upload
A CVE-2021-27101 NLNNUHHH Accellion FTA SQL injection
A CVE-2022-26134 NLNNUHHH Atlassian Confluence OGNL injection
A CVE-2021-26084 NLNNUHHH Atlassian Confluence Webwork OGNL injection
A CVE-2023-22515 NLNNUHHH Atlassian Confluence broken access control
A CVE-2023-22518 NLNNUHHH Atlassian Confluence improper authorization
A CVE-2023-22527 NLNNUHHH Atlassian Confluence template injection
A CVE-2019-3396 NLNNUHHH Atlassian Confluence Widget Connector template injection
A CVE-2024-1709 NLNNCHHH ConnectWise ScreenConnect authentication bypass
A CVE-2024-27198 NLNNUHHH JetBrains TeamCity authentication bypass
A CVE-2023-42793 NLNNUHHH JetBrains TeamCity authentication bypass
A CVE-2024-23897 NLNNUHHH Jenkins command line arbitrary file read
A CVE-2018-1000861 NLNNUHHH Jenkins Stapler remote code execution
A CVE-2021-22205 NLNNCHHH GitLab remote code execution by image upload
A CVE-2023-7028 NLNNCHHN GitLab account takeover by password reset
A CVE-2023-46604 NLNNUHHH Apache ActiveMQ OpenWire deserialization
A CVE-2016-3088 NLNNUHHH Apache ActiveMQ Fileserver remote code execution
A CVE-2019-17558 NHLNUHHH Apache Solr Velocity template remote code execution
A CVE-2020-14882 NLNNUHHH Oracle WebLogic Server remote code execution
A CVE-2020-14750 NLNNUHHH Oracle WebLogic Server authentication bypass
A CVE-2019-2725 NLNNUHHH Oracle WebLogic Server deserialization
A CVE-2017-10271 NLNNUNNH Oracle WebLogic Server WLS Security remote code execution
A CVE-2021-40539 NLNNUHHH Zoho ManageEngine ADSelfService Plus authentication bypass
A CVE-2022-47966 NLNNUHHH Zoho ManageEngine products SAML remote code execution
A CVE-2021-44077 NLNNUHHH Zoho ManageEngine ServiceDesk Plus remote code execution
A CVE-2020-10189 NLNNUHHH Zoho ManageEngine Desktop Central deserialization
A CVE-2018-7600 NLNNUHHH Drupal core remote code execution (Drupalgeddon 2)
A CVE-2019-6340 NHNNUHHH Drupal core REST remote code execution
A CVE-2012-1823 NLNNUHHH PHP-CGI query string code execution
A CVE-2024-4577 NLNNUHHH PHP-CGI on Windows argument injection
A CVE-2019-11043 NLNNUHHH PHP-FPM with nginx remote code execution
A CVE-2017-9841 NLNNUHHH PHPUnit eval-stdin remote code execution
A CVE-2021-3129 NLNNUHHH Laravel Ignition remote code execution
A CVE-2021-29447 NLLNUHNN WordPress media library XML external entity
A CVE-2020-25213 NLNNUHHH WordPress File Manager plugin remote code execution
A CVE-2021-43798 NLNNUHNN Grafana path traversal
A CVE-2015-1427 NLNNUHHH Elasticsearch Groovy script remote code execution
A CVE-2019-7609 NLNNCHHH Kibana Timelion code execution
A CVE-2021-35464 NLNNUHHH ForgeRock Access Management deserialization
A CVE-2022-22954 NLNNUHHH VMware Workspace ONE Access template injection
C CVE-2021-21972 NLNNUHHH VMware vCenter Server remote code execution by plugin upload
C CVE-2021-21985 NLNNUHHH VMware vCenter Server Virtual SAN plugin remote code execution
C CVE-2021-22005 NLNNUHHH VMware vCenter Server file upload
C CVE-2023-34048 NLNNUHHH VMware vCenter Server DCERPC out-of-bounds write
C CVE-2024-37085 NLHRUHHH VMware ESXi authentication bypass with an Active Directory group
C CVE-2019-5544 NLNNUHHH VMware ESXi OpenSLP heap overwrite
C CVE-2020-3992 NLNNUHHH VMware ESXi OpenSLP use after free
C CVE-2023-27532 NLNNUHNN Veeam Backup & Replication missing authentication
C CVE-2024-40711 NLNNUHHH Veeam Backup & Replication deserialization
C CVE-2021-27878 NLLNUHHH Veritas Backup Exec Agent command execution
C CVE-2022-26500 NLLNUHHH Veeam Backup & Replication path traversal
D CVE-2019-12255 NLNNUHHH VxWorks TCP urgent pointer buffer overflow (URGENT/11)
D CVE-2019-12256 NLNNUHHH VxWorks IPv4 options stack overflow (URGENT/11)
D CVE-2019-12258 NLNNUNNH VxWorks TCP session denial of service (URGENT/11)
D CVE-2019-12260 NLNNUHHH VxWorks TCP urgent pointer confusion (URGENT/11)
D CVE-2020-11896 NLNNCHHH Treck TCP/IP stack remote code execution (Ripple20)
D CVE-2020-11898 NLNNUHNH Treck TCP/IP stack information leak (Ripple20)
D CVE-2020-25165 NLNNUNNH BD Alaris PC Unit session authentication
D CVE-2017-12718 NHNNUHHH Smiths Medical Medfusion 4000 buffer overflow
D CVE-2020-6961 NLNNCHHH GE CARESCAPE unprotected private key (MDhex)
D CVE-2020-6962 NLNNCHHH GE CARESCAPE web configuration input validation (MDhex)
D CVE-2017-7921 NLNNCHHH Hikvision cameras improper authentication
D CVE-2021-36260 NLNNUHHH Hikvision cameras command injection
D CVE-2018-10561 NLNNUHHH Dasan GPON routers authentication bypass
D CVE-2023-27350 NLNNUHHH PaperCut MF/NG improper access control
D CVE-2021-33044 NLNNUHHH Dahua cameras authentication bypass";
