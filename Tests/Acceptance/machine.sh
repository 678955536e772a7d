#!/usr/bin/env bash
# A Linux machine inside this one: its own processes, mounts, network and control groups, a copy-on-write view of this
# file system, and systemd as its first process. Needs root. Whatever it changes, mounts or starts is gone when it ends.
#
#   machine.sh try DIRECTORY          does all but start systemd: ends with 0 where a machine can be started
#   machine.sh run DIRECTORY OWNER    runs until SIGTERM or until the process OWNER has ended; the number of its first
#                                     process, as it is known outside, is in DIRECTORY/pid
set -euo pipefail
umask 022
self=$(readlink -f "${BASH_SOURCE[0]}")

# Mounts made from here on are seen by nobody else, and go with the last process that sees them.
run() {
  mkdir -p "$1/machine"
  exec unshare --mount "$self" supervise "$@"
}

supervise() {
  local owner=$2 stop=''
  directory=$1
  cd "$directory/machine"
  mount -t tmpfs -o mode=755 machine .
  # The shell stands below the mount until it goes there anew.
  cd "$directory/machine"
  mkdir changes work root groups
  mount -t cgroup2 machine groups
  group=$PWD/groups/reprise-machine-$$
  mkdir "$group"
  trap 'stop=1' TERM INT HUP
  trap clear_up EXIT
  unshare --pid --mount --uts --ipc --net --fork --kill-child=KILL "$self" enter "$directory" "$group" "$owner" &
  child=$!
  while [ -z "$stop" ] && kill -0 "$child" 2>/dev/null; do
    [ "$owner" = nobody ] || kill -0 "$owner" 2>/dev/null || break
    sleep 0.3 &
    wait -n || true
  done
  [ "$owner" != nobody ] || wait "$child"
}

# The end of the first process is the end of them all; only then their control groups are empty.
clear_up() {
  local status=$?
  trap - EXIT
  kill -KILL "$(cat "$directory/pid")" 2>/dev/null || true
  wait "$child" 2>/dev/null || true
  for _ in {1..100}; do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ -d "$group" ] || break
    sleep 0.05
  done
  exit $status
}

# Process 1 of the machine; /proc is still the one outside.
enter() {
  local number
  read -r number _ </proc/self/stat
  echo "$number" >"$1/pid.new"
  mv "$1/pid.new" "$1/pid"
  echo 0 >"$2/cgroup.procs"
  exec unshare --cgroup "$self" boot "$1" "$3"
}

boot() {
  local directory=$1 owner=$2
  cd "$directory/machine"
  mount -t overlay -o lowerdir=/,upperdir=changes,workdir=work machine root
  cd root
  mount -t proc -o nosuid,nodev,noexec proc proc
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
  mount -t tmpfs -o mode=755,nosuid tmpfs dev
  mkdir dev/pts dev/shm
  for name in null zero full random urandom tty; do
    touch "dev/$name"
    mount --bind "/dev/$name" "dev/$name"
  done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  for name in stdin:0 stdout:1 stderr:2; do ln -s "/proc/self/fd/${name#*:}" "dev/${name%:*}"; done
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
  mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp
  mount -t tmpfs -o mode=755,nosuid,nodev tmpfs var/log
  # Kernel settings are those of the machine outside.
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys

  # Nothing of this machine's own services, and no trace of the program under test.
  rm -rf etc/systemd/system etc/init.d etc/rc?.d usr/lib/systemd/system/{multi-user,sysinit}.target.wants
  rm -rf etc/reprise var/lib/reprise usr/local/lib/systemd
  rm -f usr/bin/reprise usr/lib/{systemd/system/reprise.service,sysusers.d/reprise.conf,tmpfiles.d/reprise.conf}
  sed -i /^reprise:/d etc/{passwd,group,shadow,gshadow}
  mkdir etc/systemd/system
  : >etc/fstab
  echo machine >etc/hostname
  # With none systemd would take this for the first start and enable what it finds.
  echo 5f3b1d6e8a2c4f70b9d1e3a5c7f90b1d >etc/machine-id

  mkdir -p .outside
  pivot_root . .outside
  umount --lazy /.outside
  rmdir /.outside
  # What systemd mounts for one service has to arrive in the others' views, as on a real machine.
  mount --make-rshared /
  [ "$owner" != nobody ] || exit 0
  exec env -i container=reprise-test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    /lib/systemd/systemd --system --unit=multi-user.target </dev/null
}

case ${1-} in
  try) run "$2" nobody ;;
  run | supervise | enter | boot) "$@" ;;
  *)
    echo "usage: machine.sh try DIRECTORY | run DIRECTORY OWNER" >&2
    exit 64
    ;;
esac
