#compdef konbit
# zsh completion for konbit; made by: konbit completion zsh
_konbit() {
    local path="" word i
    local -a offers
    for ((i = 2; i < CURRENT; i++)); do
        word="${words[i]}"
        case "$path $word" in
            " demo") path="demo" ;;
            " init") path="init" ;;
            " serve") path="serve" ;;
            " figure") path="figure" ;;
            " measures") path="measures" ;;
            " claims") path="claims" ;;
            "claims check") path="claims check" ;;
            " record") path="record" ;;
            " missions") path="missions" ;;
            " kinds") path="kinds" ;;
            " access") path="access" ;;
            "access explain") path="access explain" ;;
            "access roles") path="access roles" ;;
            " import") path="import" ;;
            " places") path="places" ;;
            "places import") path="places import" ;;
            " withdraw") path="withdraw" ;;
            " export") path="export" ;;
            " retract") path="retract" ;;
            " erase") path="erase" ;;
            " node") path="node" ;;
            "node status") path="node status" ;;
            "node protect") path="node protect" ;;
            "node rekey") path="node rekey" ;;
            "node list") path="node list" ;;
            "node revoke") path="node revoke" ;;
            "node headquarters") path="node headquarters" ;;
            "node unprotect") path="node unprotect" ;;
            " account") path="account" ;;
            "account setup") path="account setup" ;;
            "account add") path="account add" ;;
            "account list") path="account list" ;;
            "account show") path="account show" ;;
            "account grant") path="account grant" ;;
            "account end-grant") path="account end-grant" ;;
            "account delegate") path="account delegate" ;;
            "account suspend") path="account suspend" ;;
            "account resume") path="account resume" ;;
            "account recover") path="account recover" ;;
            "account token") path="account token" ;;
            "account sessions") path="account sessions" ;;
            "account read-by") path="account read-by" ;;
            " verify") path="verify" ;;
            " rebuild") path="rebuild" ;;
            " help") path="help" ;;
            " version") path="version" ;;
            " completion") path="completion" ;;
        esac
    done
    case "$path ${words[CURRENT-1]}" in
        " --data") _files; return ;;
        " --lang") compadd -- en fr ht es sw; return ;;
        " --unlock-file") _files; return ;;
        " --as") _message value; return ;;
        "demo --data") _files; return ;;
        "demo --lang") compadd -- en fr ht es sw; return ;;
        "demo --unlock-file") _files; return ;;
        "demo --as") _message value; return ;;
        "demo --addr") _message value; return ;;
        "init --data") _files; return ;;
        "init --lang") compadd -- en fr ht es sw; return ;;
        "init --unlock-file") _files; return ;;
        "init --as") _message value; return ;;
        "init --mission") _files; return ;;
        "init --passphrase-file") _files; return ;;
        "init --key-file") _files; return ;;
        "serve --data") _files; return ;;
        "serve --lang") compadd -- en fr ht es sw; return ;;
        "serve --unlock-file") _files; return ;;
        "serve --as") _message value; return ;;
        "serve --addr") _message value; return ;;
        "serve --tls-cert") _files; return ;;
        "serve --tls-key") _files; return ;;
        "serve --acme") _message value; return ;;
        "serve --acme-email") _message value; return ;;
        "serve --acme-server") _message value; return ;;
        "serve --behind-proxy") _message value; return ;;
        "serve --redirect") _message value; return ;;
        "figure --data") _files; return ;;
        "figure --lang") compadd -- en fr ht es sw; return ;;
        "figure --unlock-file") _files; return ;;
        "figure --as") _message value; return ;;
        "figure --mission") _message value; return ;;
        "figure --by") _message value; return ;;
        "figure --where") _message value; return ;;
        "figure --at") _message value; return ;;
        "figure --known") _message value; return ;;
        "figure --recorded") _message value; return ;;
        "figure --from") _message value; return ;;
        "figure --in") _message value; return ;;
        "measures --data") _files; return ;;
        "measures --lang") compadd -- en fr ht es sw; return ;;
        "measures --unlock-file") _files; return ;;
        "measures --as") _message value; return ;;
        "measures --mission") _message value; return ;;
        "claims --data") _files; return ;;
        "claims --lang") compadd -- en fr ht es sw; return ;;
        "claims --unlock-file") _files; return ;;
        "claims --as") _message value; return ;;
        "claims check --data") _files; return ;;
        "claims check --lang") compadd -- en fr ht es sw; return ;;
        "claims check --unlock-file") _files; return ;;
        "claims check --as") _message value; return ;;
        "claims check --mission") _message value; return ;;
        "claims check --known") _message value; return ;;
        "claims check --recorded") _message value; return ;;
        "record --data") _files; return ;;
        "record --lang") compadd -- en fr ht es sw; return ;;
        "record --unlock-file") _files; return ;;
        "record --as") _message value; return ;;
        "record --mission") _message value; return ;;
        "record --known") _message value; return ;;
        "record --recorded") _message value; return ;;
        "missions --data") _files; return ;;
        "missions --lang") compadd -- en fr ht es sw; return ;;
        "missions --unlock-file") _files; return ;;
        "missions --as") _message value; return ;;
        "kinds --data") _files; return ;;
        "kinds --lang") compadd -- en fr ht es sw; return ;;
        "kinds --unlock-file") _files; return ;;
        "kinds --as") _message value; return ;;
        "kinds --mission") _message value; return ;;
        "access --data") _files; return ;;
        "access --lang") compadd -- en fr ht es sw; return ;;
        "access --unlock-file") _files; return ;;
        "access --as") _message value; return ;;
        "access explain --data") _files; return ;;
        "access explain --lang") compadd -- en fr ht es sw; return ;;
        "access explain --unlock-file") _files; return ;;
        "access explain --as") _message value; return ;;
        "access explain --mission") _message value; return ;;
        "access explain --field") _message value; return ;;
        "access explain --at") _message value; return ;;
        "access roles --data") _files; return ;;
        "access roles --lang") compadd -- en fr ht es sw; return ;;
        "access roles --unlock-file") _files; return ;;
        "access roles --as") _message value; return ;;
        "access roles --mission") _message value; return ;;
        "import --data") _files; return ;;
        "import --lang") compadd -- en fr ht es sw; return ;;
        "import --unlock-file") _files; return ;;
        "import --as") _message value; return ;;
        "import --mission") _message value; return ;;
        "import --kind") _message value; return ;;
        "import --map") _files; return ;;
        "import --encoding") _message value; return ;;
        "import --decimal") _message value; return ;;
        "import --date-format") _message value; return ;;
        "import --sheet") _message value; return ;;
        "import --batch") _message value; return ;;
        "places --data") _files; return ;;
        "places --lang") compadd -- en fr ht es sw; return ;;
        "places --unlock-file") _files; return ;;
        "places --as") _message value; return ;;
        "places import --data") _files; return ;;
        "places import --lang") compadd -- en fr ht es sw; return ;;
        "places import --unlock-file") _files; return ;;
        "places import --as") _message value; return ;;
        "places import --mission") _message value; return ;;
        "places import --layer") _message value; return ;;
        "places import --licence") _message value; return ;;
        "places import --attribution") _message value; return ;;
        "places import --map") _files; return ;;
        "places import --name") _message value; return ;;
        "places import --p-code") _message value; return ;;
        "places import --level") _message value; return ;;
        "places import --parent") _message value; return ;;
        "places import --alias") _message value; return ;;
        "places import --country") _message value; return ;;
        "places import --source") _message value; return ;;
        "places import --grade") _message value; return ;;
        "places import --marking") _message value; return ;;
        "places import --batch") _message value; return ;;
        "withdraw --data") _files; return ;;
        "withdraw --lang") compadd -- en fr ht es sw; return ;;
        "withdraw --unlock-file") _files; return ;;
        "withdraw --as") _message value; return ;;
        "withdraw --mission") _message value; return ;;
        "withdraw --reason") _message value; return ;;
        "export --data") _files; return ;;
        "export --lang") compadd -- en fr ht es sw; return ;;
        "export --unlock-file") _files; return ;;
        "export --as") _message value; return ;;
        "export --mission") _message value; return ;;
        "export --kind") _message value; return ;;
        "export --format") compadd -- csv xlsx json geojson; return ;;
        "export --out") _files; return ;;
        "export --known") _message value; return ;;
        "export --recorded") _message value; return ;;
        "retract --data") _files; return ;;
        "retract --lang") compadd -- en fr ht es sw; return ;;
        "retract --unlock-file") _files; return ;;
        "retract --as") _message value; return ;;
        "retract --mission") _message value; return ;;
        "retract --reason") _message value; return ;;
        "erase --data") _files; return ;;
        "erase --lang") compadd -- en fr ht es sw; return ;;
        "erase --unlock-file") _files; return ;;
        "erase --as") _message value; return ;;
        "erase --mission") _message value; return ;;
        "node --data") _files; return ;;
        "node --lang") compadd -- en fr ht es sw; return ;;
        "node --unlock-file") _files; return ;;
        "node --as") _message value; return ;;
        "node status --data") _files; return ;;
        "node status --lang") compadd -- en fr ht es sw; return ;;
        "node status --unlock-file") _files; return ;;
        "node status --as") _message value; return ;;
        "node protect --data") _files; return ;;
        "node protect --lang") compadd -- en fr ht es sw; return ;;
        "node protect --unlock-file") _files; return ;;
        "node protect --as") _message value; return ;;
        "node protect --passphrase-file") _files; return ;;
        "node protect --key-file") _files; return ;;
        "node rekey --data") _files; return ;;
        "node rekey --lang") compadd -- en fr ht es sw; return ;;
        "node rekey --unlock-file") _files; return ;;
        "node rekey --as") _message value; return ;;
        "node rekey --passphrase-file") _files; return ;;
        "node rekey --key-file") _files; return ;;
        "node list --data") _files; return ;;
        "node list --lang") compadd -- en fr ht es sw; return ;;
        "node list --unlock-file") _files; return ;;
        "node list --as") _message value; return ;;
        "node revoke --data") _files; return ;;
        "node revoke --lang") compadd -- en fr ht es sw; return ;;
        "node revoke --unlock-file") _files; return ;;
        "node revoke --as") _message value; return ;;
        "node revoke --reason") _message value; return ;;
        "node revoke --after") _message value; return ;;
        "node headquarters --data") _files; return ;;
        "node headquarters --lang") compadd -- en fr ht es sw; return ;;
        "node headquarters --unlock-file") _files; return ;;
        "node headquarters --as") _message value; return ;;
        "node headquarters --mission") _message value; return ;;
        "node unprotect --data") _files; return ;;
        "node unprotect --lang") compadd -- en fr ht es sw; return ;;
        "node unprotect --unlock-file") _files; return ;;
        "node unprotect --as") _message value; return ;;
        "account --data") _files; return ;;
        "account --lang") compadd -- en fr ht es sw; return ;;
        "account --unlock-file") _files; return ;;
        "account --as") _message value; return ;;
        "account setup --data") _files; return ;;
        "account setup --lang") compadd -- en fr ht es sw; return ;;
        "account setup --unlock-file") _files; return ;;
        "account setup --as") _message value; return ;;
        "account setup --called") _message value; return ;;
        "account setup --password-file") _files; return ;;
        "account add --data") _files; return ;;
        "account add --lang") compadd -- en fr ht es sw; return ;;
        "account add --unlock-file") _files; return ;;
        "account add --as") _message value; return ;;
        "account add --role") _message value; return ;;
        "account add --for") _message value; return ;;
        "account add --country") _message value; return ;;
        "account add --post") _message value; return ;;
        "account add --person") _message value; return ;;
        "account add --from") _message value; return ;;
        "account add --until") _message value; return ;;
        "account add --called") _message value; return ;;
        "account add --record") _message value; return ;;
        "account add --provider") _message value; return ;;
        "account add --subject") _message value; return ;;
        "account add --reason") _message value; return ;;
        "account list --data") _files; return ;;
        "account list --lang") compadd -- en fr ht es sw; return ;;
        "account list --unlock-file") _files; return ;;
        "account list --as") _message value; return ;;
        "account show --data") _files; return ;;
        "account show --lang") compadd -- en fr ht es sw; return ;;
        "account show --unlock-file") _files; return ;;
        "account show --as") _message value; return ;;
        "account grant --data") _files; return ;;
        "account grant --lang") compadd -- en fr ht es sw; return ;;
        "account grant --unlock-file") _files; return ;;
        "account grant --as") _message value; return ;;
        "account grant --role") _message value; return ;;
        "account grant --for") _message value; return ;;
        "account grant --country") _message value; return ;;
        "account grant --post") _message value; return ;;
        "account grant --person") _message value; return ;;
        "account grant --from") _message value; return ;;
        "account grant --until") _message value; return ;;
        "account grant --reason") _message value; return ;;
        "account end-grant --data") _files; return ;;
        "account end-grant --lang") compadd -- en fr ht es sw; return ;;
        "account end-grant --unlock-file") _files; return ;;
        "account end-grant --as") _message value; return ;;
        "account end-grant --reason") _message value; return ;;
        "account delegate --data") _files; return ;;
        "account delegate --lang") compadd -- en fr ht es sw; return ;;
        "account delegate --unlock-file") _files; return ;;
        "account delegate --as") _message value; return ;;
        "account delegate --role") _message value; return ;;
        "account delegate --time") _message value; return ;;
        "account delegate --reason") _message value; return ;;
        "account suspend --data") _files; return ;;
        "account suspend --lang") compadd -- en fr ht es sw; return ;;
        "account suspend --unlock-file") _files; return ;;
        "account suspend --as") _message value; return ;;
        "account suspend --reason") _message value; return ;;
        "account resume --data") _files; return ;;
        "account resume --lang") compadd -- en fr ht es sw; return ;;
        "account resume --unlock-file") _files; return ;;
        "account resume --as") _message value; return ;;
        "account resume --reason") _message value; return ;;
        "account recover --data") _files; return ;;
        "account recover --lang") compadd -- en fr ht es sw; return ;;
        "account recover --unlock-file") _files; return ;;
        "account recover --as") _message value; return ;;
        "account recover --reason") _message value; return ;;
        "account token --data") _files; return ;;
        "account token --lang") compadd -- en fr ht es sw; return ;;
        "account token --unlock-file") _files; return ;;
        "account token --as") _message value; return ;;
        "account token --days") _message value; return ;;
        "account token --end") _message value; return ;;
        "account sessions --data") _files; return ;;
        "account sessions --lang") compadd -- en fr ht es sw; return ;;
        "account sessions --unlock-file") _files; return ;;
        "account sessions --as") _message value; return ;;
        "account read-by --data") _files; return ;;
        "account read-by --lang") compadd -- en fr ht es sw; return ;;
        "account read-by --unlock-file") _files; return ;;
        "account read-by --as") _message value; return ;;
        "account read-by --mission") _message value; return ;;
        "verify --data") _files; return ;;
        "verify --lang") compadd -- en fr ht es sw; return ;;
        "verify --unlock-file") _files; return ;;
        "verify --as") _message value; return ;;
        "rebuild --data") _files; return ;;
        "rebuild --lang") compadd -- en fr ht es sw; return ;;
        "rebuild --unlock-file") _files; return ;;
        "rebuild --as") _message value; return ;;
        "help --data") _files; return ;;
        "help --lang") compadd -- en fr ht es sw; return ;;
        "help --unlock-file") _files; return ;;
        "help --as") _message value; return ;;
        "version --data") _files; return ;;
        "version --lang") compadd -- en fr ht es sw; return ;;
        "version --unlock-file") _files; return ;;
        "version --as") _message value; return ;;
        "completion --data") _files; return ;;
        "completion --lang") compadd -- en fr ht es sw; return ;;
        "completion --unlock-file") _files; return ;;
        "completion --as") _message value; return ;;
    esac
    case "$path" in
        "")
            offers=('demo:Load the sample missions into a fresh folder and serve them.' 'init:Make a data folder for a mission.' 'serve:Serve the pages of a data folder on this machine.' 'figure:Compute a figure: how many, on what day, as known when, says who.' 'measures:List the figures that are defined, with what they can be broken down by.' 'claims:Hold what others said of the figures against them.' 'record:Show a record: who said what, when, and what was corrected.' 'missions:List the missions of the data folder.' 'kinds:List the kinds of records, or the columns of one kind.' 'access:Who may see and do what, and which rule says so.' 'import:Take in sheets of records: CSV or XLSX.' 'places:Places and outlines of the map.' 'withdraw:Take back an import as a whole.' 'export:Write the records of a kind as CSV, XLSX, JSON or GeoJSON.' 'retract:Strike a record: it stays readable and counts nowhere.' 'erase:Destroy the key of a person'\''s sealed fields. It cannot be undone.' 'node:Protect the data folder, and see which nodes are trusted.' 'account:Who may sign in, and what they were given.' 'verify:Check every signature, chain and record of a data folder.' 'rebuild:Make the records again from the entries.' 'help:Show how a command is used.' 'version:Print the version of the program.' 'completion:Print the completion script of a shell.' '--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "demo")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--addr:Where to listen; loopback addresses only. Without it: 127.0.0.1:8480, or the next port that is free.' '--load-only:Load the sample missions and stop.')
            _describe -t words konbit offers ;;
        "init")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission.yaml that defines the mission. What stands beside it comes along: kinds, measures, map.' '--sheets:Import the sheets that the mission comes with.' '--protect:Ask for a passphrase that protects the new folder.' '--passphrase-file:Take the new passphrase from the first line of this file.' '--key-file:Protect with the content of this file, at least 32 random bytes.')
            _describe -t words konbit offers ;;
        "serve")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--addr:Where to listen. Without it: 127.0.0.1:8480, or the next port that is free. Other machines can reach it only with TLS or behind a proxy.' '--public-only:Show everybody what the public sees, and take nothing in.' '--tls-cert:Certificate chain in PEM. It is read again when it changes.' '--tls-key:Its private key in PEM.' '--acme:Get and renew a certificate for this name by ACME (Let'\''s Encrypt).' '--acme-email:Where the authority writes when a certificate is in danger.' '--acme-accept:Accept the terms of the certificate authority.' '--acme-server:Directory of another certificate authority.' '--behind-proxy:A proxy at these addresses does TLS: who asks and whether it was https is believed from there only, and nobody else is answered without TLS.' '--redirect:Listen here too and send http to https.')
            _describe -t words konbit offers ;;
        "figure")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--by:Break it down by this dimension. Can be given again.' '--where:Count only these: contributor=KEN, or contributor=KEN,JAM for any of them. Can be given again.' '--at:The event date. Without it: now.' '--known:Leave out what the mission was told later. Without it: now.' '--recorded:Leave out what this node wrote later: the auditor'\''s question.' '--from:Leave out what had happened by then: for the figures of a period.' '--in:Give the total in one currency as well, at dated rates that are themselves recorded.')
            _describe -t words konbit offers ;;
        "measures")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.')
            _describe -t words konbit offers ;;
        "claims")
            offers=('check:Judge every claim: agrees, rounded, disagrees, incomparable or unknown, and why.' '--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "claims check")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--known:Judge by what the mission had been told by then.' '--recorded:Judge by what this node had written by then.')
            _describe -t words konbit offers ;;
        "record")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--known:Leave out what the mission was told later.' '--recorded:Leave out what this node wrote later.')
            _describe -t words konbit offers ;;
        "missions")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "kinds")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.')
            _describe -t words konbit offers ;;
        "access")
            offers=('explain:Say whether somebody may do something with a record, and which rule decides.' 'roles:List the roles that may be granted.' '--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "access explain")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--field:A field of it.' '--at:The record as it was known then. The gate decides as it is now.')
            _describe -t words konbit offers ;;
        "access roles")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.')
            _describe -t words konbit offers ;;
        "import")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--kind:The kind of the records; a mapping file may name it instead.' '--map:How to read a sheet that somebody else made: docs/formats/mapping.md.' '--strict:Keep no row if any is refused.' '--dry-run:Say what would become of each row, and keep none.' '--encoding:Encoding of a text file: utf-8, utf-16le, cp1252, cp850 … Without it: detected, and asked for where it could be two.' '--decimal:Sign before the decimals: , or a point.' '--date-format:How the sheet writes dates, such as dd/MM/yyyy. Without it: ISO, EDTF or date-time groups; what can be read two ways is refused.' '--sheet:The sheet of a workbook. Without it: the first.' '--batch:Name of the import, to withdraw it by. Without it: one is made.')
            _describe -t words konbit offers
            _files ;;
        "places")
            offers=('import:Take in places and outlines: GeoJSON, TopoJSON or GeoPackage.' '--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "places import")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--layer:Name of the layer that lines and areas become. Without it: the file'\''s.' '--licence:On what terms the outlines may be shown; "unknown" if nobody knows. Needed for lines and areas.' '--attribution:Who made them, as the map is to say it.' '--areas:Keep each area as a place too, at a point inside it.' '--map:A mapping file for the places: docs/formats/mapping.md. Without it the flags below, and what publishers usually call them.' '--name:The property that has the name.' '--p-code:The property that has the p-code.' '--level:The property that has the level, or a number for all.' '--parent:The property that has the p-code of the area it lies in.' '--alias:Properties that have other names.' '--country:The country of all of it: alpha-3.' '--source:The source that it rests on.' '--grade:Its grade.' '--marking:Who may see it: public, mission …' '--strict:Keep nothing if any place is refused.' '--dry-run:Say what would become of it, and keep nothing.' '--batch:Name of the import, to withdraw it by. Without it: one is made.')
            _describe -t words konbit offers
            _files ;;
        "withdraw")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--reason:Why. Readers see it beside the records.')
            _describe -t words konbit offers ;;
        "export")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--kind:The kind of the records.' '--format:csv, xlsx, json or geojson. Without it: csv.' '--hxl:Add a second row with HXL tags.' '--bom:Begin CSV with a byte order mark, for spreadsheet programs that take UTF-8 for something else without it.' '--out:Write to a file. Without it: to the standard output.' '--known:Leave out what the mission was told later.' '--recorded:Leave out what this node wrote later.')
            _describe -t words konbit offers ;;
        "retract")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--reason:Why. Readers see it beside the record.')
            _describe -t words konbit offers ;;
        "erase")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.' '--yes:Do it. Without this flag the command only says what it would do.')
            _describe -t words konbit offers ;;
        "node")
            offers=('status:Say how the data folder is protected. It needs no secret.' 'protect:Protect the keys with a passphrase or a key file.' 'rekey:Change the passphrase or the key file, or everything below it.' 'list:List the nodes whose entries are here, and which are revoked.' 'revoke:Shut out a node that was lost or stolen.' 'headquarters:Name the node that is a mission'\''s headquarters.' 'unprotect:Leave the keys in the open again.' '--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "node status")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "node protect")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--passphrase-file:Take the new passphrase from the first line of this file.' '--key-file:Protect with the content of this file, at least 32 random bytes.')
            _describe -t words konbit offers ;;
        "node rekey")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--passphrase-file:Take the new passphrase from the first line of this file.' '--key-file:Protect with the content of this file, at least 32 random bytes.' '--master:Make a new master key too and wrap every key under it; only what is given here opens the folder then.')
            _describe -t words konbit offers ;;
        "node list")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "node revoke")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--reason:Why. It is kept with the revocation.' '--after:The last of its entries that is trusted. Without it: the last that is here.')
            _describe -t words konbit offers ;;
        "node headquarters")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:Mission, if not the node'\''s own.')
            _describe -t words konbit offers ;;
        "node unprotect")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--yes:Do it: without this it only says what it would do.')
            _describe -t words konbit offers ;;
        "account")
            offers=('setup:Make the first account, with the role admin.' 'add:Invite a person, or add a program.' 'list:List the accounts.' 'show:Show an account, its roles and what it signs in with.' 'grant:Give a role.' 'end-grant:End a role now.' 'delegate:Hand roles of somebody on for a shift.' 'suspend:Keep an account from signing in.' 'resume:Let a suspended account sign in again.' 'recover:Take all credentials away and make a new invitation.' 'token:Make a token for a program.' 'sessions:List the sessions of an account, or end them.' 'read-by:Tell who read a record, or all that is about a person.' '--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "account setup")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--called:How the person is called.' '--password-file:Read the password from a file. Without it: it is asked for.')
            _describe -t words konbit offers ;;
        "account add")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--role:The role: duty, operations, cell, ministry …' '--for:The mission the role is for. Without it: every mission of the node.' '--country:The country of a ministry, notifier or donor (ISO 3166-1, three letters).' '--post:The post. Without it: all.' '--person:The person, for the role family.' '--from:From when. Without it: now.' '--until:Until when. Without it: no end.' '--called:How the person is called.' '--program:It is a program; it signs in by a token.' '--record:The person'\''s record, so that they can see who read their file.' '--provider:The ministry'\''s own sign-in (sign-in.yaml) that vouches for the person.' '--subject:What that sign-in calls the person.' '--reason:Why; it stands in the audit.')
            _describe -t words konbit offers ;;
        "account list")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "account show")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "account grant")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--role:The role: duty, operations, cell, ministry …' '--for:The mission the role is for. Without it: every mission of the node.' '--country:The country of a ministry, notifier or donor (ISO 3166-1, three letters).' '--post:The post. Without it: all.' '--person:The person, for the role family.' '--from:From when. Without it: now.' '--until:Until when. Without it: no end.' '--reason:Why; it stands in the audit.')
            _describe -t words konbit offers ;;
        "account end-grant")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--reason:Why; it stands in the audit.')
            _describe -t words konbit offers ;;
        "account delegate")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--role:One role. Without it: all that may be handed on.' '--time:For how long, at most 24h.' '--reason:Why; it stands in the audit.')
            _describe -t words konbit offers ;;
        "account suspend")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--reason:Why; it stands in the audit.')
            _describe -t words konbit offers ;;
        "account resume")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--reason:Why; it stands in the audit.')
            _describe -t words konbit offers ;;
        "account recover")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--reason:Why; it stands in the audit.')
            _describe -t words konbit offers ;;
        "account token")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--days:For how many days, at most 366.' '--end:End this token instead, as konbit account show --json lists it.')
            _describe -t words konbit offers ;;
        "account sessions")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--end:End them all.')
            _describe -t words konbit offers ;;
        "account read-by")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.' '--mission:The mission. Without it: the node'\''s own, its first.')
            _describe -t words konbit offers ;;
        "verify")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "rebuild")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "help")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "version")
            offers=('--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
        "completion")
            offers=('bash' 'zsh' 'fish' '--data:The data folder. Without it: $KONBIT_DATA, else the folder "data".' '--json:Answer in JSON, errors too.' '--lang:Language of labels and reasons: en, fr, ht, es or sw.' '--unlock-file:Opens a protected data folder: a key file, or a file with the passphrase. Without it: $KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal.' '--as:Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read.' '--debug:Tell internal errors in full on the standard error.' '--help:Show how a command is used, with an example.')
            _describe -t words konbit offers ;;
    esac
}
compdef _konbit konbit
