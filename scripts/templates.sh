#!/usr/bin/env bash
# Writes the Go code of the templates of a directory's page/.
# usage: templates.sh DIRECTORY COMMAND..., where COMMAND is templ
#
# Where templ has each value formatted anew (JoinStringErrs), internal/expr hands it on.
set -eu
cd "$1"
shift
"$@" generate ./page
grep -rl 'templ\.JoinStringErrs(' page --include='*_templ.go' | while read -r f; do
	sed -i.templ -e 's/templ\.JoinStringErrs(/expr.Value(/' -e '/^import templruntime /a\
\
import "github.com/openplenary/plenary/internal/expr"' "$f"
	rm "$f.templ"
done
