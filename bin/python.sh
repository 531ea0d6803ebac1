# Sets $python to the first Python that is new enough, or ends with one sentence. Sourced by bin/run and bin/test.
# A candidate is asked, not only looked for: a name on the PATH may be a stub without a Python behind it.

# It answers with its own path: a stub that looks for the real one again would cost its time twice.

enough='import sys; sys.version_info < (3, 11) and sys.exit(1); print(sys.executable)'
whole='import sys
from importlib.util import find_spec
sys.version_info < (3, 11) and sys.exit(1)
find_spec("venv") and find_spec("ensurepip") or sys.exit(1)
print(sys.executable)'

python=
for wish in "$whole" "$enough"; do
    for candidate in ${KULANZ_PYTHON:+"$KULANZ_PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if python=$("$candidate" -c "$wish" 2>/dev/null) && [ -n "$python" ]; then
            break 2
        fi
    done
done

if [ -z "$python" ]; then
    found=$(python3 -c 'import sys; print("found Python %d.%d.%d" % sys.version_info[:3])' 2>/dev/null)
    echo "Kulanz needs Python 3.11 or newer (${found:-found none}); install it, or name one: KULANZ_PYTHON=/path/to/python3 $0" >&2
    exit 1
fi
