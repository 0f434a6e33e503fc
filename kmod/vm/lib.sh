# shellcheck shell=bash
# What every script of the rig begins with: where things are, how to speak, how to fetch.
set -euo pipefail

kmod=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
vm=$kmod/vm
cache=${HEADWAY_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/headway}/kmod
build=${BUILD:-$cache/build}
jobs=${JOBS:-$(nproc)}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
mkdir -p "$cache" "$build"

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }

# retry COMMAND...: thrice, for what comes over a network
retry() {
	local n
	for n in 1 2 3; do
		"$@" && return
		((n == 3)) || { say "again in $((n * 5)) s: $*"; sleep $((n * 5)); }
	done
	return 1
}

# once DIR COMMAND...: DIR is made by COMMAND, given a directory to fill as last argument; whole or not at all, by one at a time.
# Not to be called where bash overlooks errors (if, &&, ||): COMMAND's would be overlooked, too.
once() {
	local dir=$1
	shift
	[[ -e $dir/.whole ]] && return
	mkdir -p "$(dirname "$dir")"
	(
		flock 9
		[[ -e $dir/.whole ]] && exit
		rm -rf "$dir" "$dir.part"
		mkdir -p "$dir.part"
		"$@" "$dir.part"
		touch "$dir.part/.whole"
		mv "$dir.part" "$dir"
	) 9>"$dir.lock"
}

# apt_of SUITE ARCH APT-TOOL ARGS...: apt's tools on another suite or architecture, with a state of their own; the machine's is not touched
apt_of() {
	local suite=$1 arch=$2 tool=$3 state=$cache/apt/$1-$2
	shift 3
	if [[ ! -e $state/etc/sources.list ]]; then
		mkdir -p "$state"/{etc/preferences.d,lists/partial,archives/partial}
		{
			echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
			case $suite in
			bullseye | bookworm)
				echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror-security $suite-security main" ;;
			esac
		} >"$state/etc/sources.list"
		: >"$state/status"
	fi
	"$tool" -q -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state" \
		-o Dir::Etc="$state/etc" -o Dir::Etc::sourceparts=/dev/null -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
		-o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none "$@"
}

# apt_lists SUITE ARCH: what the suite has today; asked once a day. Yesterday's answer will do where the network does not.
apt_lists() {
	local state=$cache/apt/$1-$2
	[[ -n $(find "$state/asked" -mmin -1440 2>/dev/null) ]] && return
	if retry apt_of "$1" "$2" apt-get update -qq >&2; then
		touch "$state/asked"
	else
		[[ -e $state/asked ]]
	fi
}

# apt_newest SUITE ARCH REGEX: the name of the newest package that matches wholly
apt_newest() {
	apt_of "$1" "$2" apt-cache pkgnames | grep -xE "$3" | sort -V | tail -1 | grep .
}

# apt_unpack SUITE ARCH DIR PACKAGE...: their files into DIR; nothing is installed
apt_unpack() {
	local suite=$1 arch=$2 dir=$3 deb tmp
	shift 3
	tmp=$(mktemp -d "$cache/debs.XXXX")
	(cd "$tmp" && retry apt_of "$suite" "$arch" apt-get download -qq "$@") >&2 || { rm -rf "$tmp"; return 1; }
	for deb in "$tmp"/*.deb; do
		dpkg-deb -x "$deb" "$dir"
	done
	rm -rf "$tmp"
}
