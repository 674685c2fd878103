# Functions of provision.sh that add pgvector to a copy of the server's folders.
# They read: config, run, log. They set: bin, and reason when they fail.

# make_tree copies the server into $run/tree: its programs as files, because a
# server looks for its other folders from where its program is, and the rest as
# links.
make_tree() {
	tree=$run/tree
	bin=$tree$("$config" --bindir)
	libraries=$("$config" --pkglibdir)
	share=$("$config" --sharedir)
	reason="the server's folders could not be copied"
	mkdir -p "$bin" "$tree$libraries" "$tree$share" &&
		cp "$("$config" --bindir)"/{postgres,initdb,pg_config,pg_isready} "$bin" &&
		link_libraries && cp -Rs "$share/." "$tree$share"
}

# link_libraries leaves out the folder "bitcode", which has thousands of files
# and which a server can do without.
link_libraries() {
	local entry
	for entry in "$libraries"/*; do
		case ${entry##*/} in
		bitcode) ;;
		*) cp -Rs "$entry" "$tree$libraries" || return 1 ;;
		esac
	done
}

# add_pgvector takes the extension from the system, else from the cache, else
# from the distribution's packages.
add_pgvector() {
	if [ -e "$tree$share/extension/vector.control" ]; then return; fi
	local version cache
	version=$("$config" --version | tr -c 'A-Za-z0-9.\n' '-')
	cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/clmkit/pgvector-$version-$(uname -m)
	if [ ! -e "$cache/share/vector.control" ]; then
		echo "provision: getting pgvector for $("$config" --version), once" >&2
		fetch_pgvector || return 1
		keep "$cache" || return 1
	fi
	cp "$cache"/share/vector* "$tree$share/extension/" && cp "$cache/vector.so" "$tree$libraries/"
}

# keep copies the extension out of the tree into the cache, in one step.
keep() {
	local new
	reason="the cache $1 could not be written"
	mkdir -p "${1%/*}" && new=$(mktemp -d "$1.XXXXXX") && mkdir "$new/share" &&
		cp "$tree$share"/extension/vector* "$new/share/" &&
		cp "$tree$libraries/vector.so" "$new/" || return 1
	mv -T "$new" "$1" 2>/dev/null || rm -rf "$new" # another run was faster
}

# fetch_pgvector gets the packaged extension of this release, or compiles the
# source package of a newer one. Nothing is installed into the system but, as
# root, a compiler where there is none; apt's lists are kept apart.
fetch_pgvector() {
	reason="this server has no pgvector, and there is no apt-get to get it with"
	command -v apt-get >/dev/null 2>&1 || return 1
	major=$("$config" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
	apt=$run/apt
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	(cd "$apt" && private_apt update && private_apt download "postgresql-$major-pgvector" &&
		dpkg-deb -x "postgresql-$major-pgvector"_*.deb "$tree") >>"$log" 2>&1 && return
	compile_pgvector
}

private_apt() {
	apt-get -qq -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" \
		-o APT::Sandbox::User="$(id -un)" "$@" </dev/null
}

compile_pgvector() {
	reason="pgvector could not be compiled: no C compiler"
	have_compiler || return 1
	reason="the server's headers could not be downloaded"
	(cd "$apt" && download_headers) >>"$log" 2>&1 || return 1
	reason="the source package of pgvector could not be downloaded"
	(cd "$apt" && download_source) >>"$log" 2>&1 || return 1
	reason="pgvector could not be compiled"
	(cd "$apt" && tar -xf pgvector_*.orig.tar.* && cd pgvector-*/ &&
		make -s install with_llvm=no OPTFLAGS= PG_CONFIG="$bin/pg_config") >>"$log" 2>&1
}

have_compiler() {
	if command -v gcc >/dev/null 2>&1 && [ -e /usr/include/stdlib.h ]; then return; fi
	[ "$(id -u)" -eq 0 ] && (apt-get update -qq && apt-get install -y -qq gcc libc6-dev) >>"$log" 2>&1 </dev/null
}

# download_headers unpacks the headers of the installed server's very version,
# or of the newest minor version where that one is gone.
download_headers() {
	local name=postgresql-server-dev-$major
	private_apt download "$name=$(dpkg-query -W -f '${Version}' "postgresql-$major")" ||
		private_apt download "$name" || return 1
	dpkg-deb -x "$name"_*.deb "$tree"
}

# download_source asks the mirror that this machine uses for its own release.
download_source() {
	local mirror
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' |
		sed -n 's/ Debian$//p' | head -n 1)
	[ -n "$mirror" ] || return 1
	echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >newer.list
	newer_apt update && newer_apt source --download-only pgvector
}

newer_apt() {
	private_apt -o Dir::Etc::sourcelist="$apt/newer.list" -o Dir::Etc::sourceparts=/dev/null "$@"
}
