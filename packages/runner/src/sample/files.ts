/** The sample repository's files: a greeter in bash, small enough to read at a glance. */

const BUILD_YAML = `# How this repository is tested and deployed. Steps exchange files through storage: what one step outputs
# at /path, another takes as input. A test runs the steps that a change concerns, and what these need.
repoPrefix: /repo
steps:
  - kind: runImage
    name: checkout
    image: ubuntu:24.04
    script: |
      set -e
      mkdir -p io/repo && cd io/repo
      {{ code.checkout_script }}
    outputs:
      - { from: /io/repo/src, to: /repo/src }
      - { from: /io/repo/test, to: /repo/test }
      - { from: /io/repo/docs, to: /repo/docs }
    resources: { cpu: 0.25 }
  - kind: runImage
    name: lint
    image: ubuntu:24.04
    script: |
      set -e
      for file in io/src/*.sh io/test/*.sh; do bash -n "$file" && echo "$file is bash"; done
    inputs:
      - { from: /repo/src, to: /io/src }
      - { from: /repo/test, to: /io/test }
    dependsOn: [checkout]
    resources: { cpu: 0.25 }
  - kind: runImage
    name: build
    image: ubuntu:24.04
    script: |
      set -e
      { echo '#!/usr/bin/env bash'; cat io/src/*.sh; } > io/greeter
      chmod +x io/greeter && wc -l io/greeter
    inputs:
      - { from: /repo/src, to: /io/src }
    outputs:
      - { from: /io/greeter, to: /greeter }
    dependsOn: [checkout]
    resources: { cpu: 0.25 }
  - kind: runImage
    name: unit
    image: ubuntu:24.04
    script: |
      set -e
      for test in io/test/*.sh; do echo "== $test" && bash "$test" io/greeter; done
    inputs:
      - { from: /greeter, to: /io/greeter }
      - { from: /repo/test, to: /io/test }
    dependsOn: [build, lint]
    scopes: [test]
    timeout: 60
    resources: { cpu: 0.25 }
  - kind: runImage
    name: docs
    image: ubuntu:24.04
    script: |
      set -e
      grep -q '^# ' io/docs/guide.md && echo "the guide has a title"
    inputs:
      - { from: /repo/docs, to: /io/docs }
    dependsOn: [checkout]
    scopes: [test]
    resources: { cpu: 0.25 }
  - kind: runImage
    name: publish
    image: ubuntu:24.04
    script: |
      set -e
      mkdir -p io/release && cp io/greeter io/release/greeter && echo '{{ code.sha }}' > io/release/SHA
      echo "published {{ code.sha }} of {{ code.branch }}"
    inputs:
      - { from: /greeter, to: /io/greeter }
    outputs:
      - { from: /io/release, to: /release }
    dependsOn: [build]
    scopes: [deploy]
    resources: { cpu: 0.25 }
`

const GREET = `# Says hello.
greet() { echo "Hello, $1!"; }
`

const CROWD = `# Greets several at once.
greet_all() { for name in "$@"; do greet "$name"; done; }
`

const VERSION = `version() { echo "1.0"; }
`

const CHECK = `# Usage: source it with the greeter's path; then expect WANTED COMMAND...
source "$1"
expect() { local wanted=$1; shift; local got; got=$("$@") || exit 1
  [ "$got" = "$wanted" ] || { echo "wanted: $wanted"; echo "got:    $got"; exit 1; }; echo "ok: $*"; }
`

const GREET_TEST = `${CHECK}expect 'Hello, Ada!' greet Ada
`

const CROWD_TEST = `${CHECK}expect $'Hello, Ada!\\nHello, Alan!' greet_all Ada Alan
`

/** Contents by path. */
export type Files = Readonly<Record<string, string>>

/** The first commit of \`main\`. */
export const FIRST: Files = {
  'build.yaml': BUILD_YAML,
  'README.md': '# Greeter\n\nGreets people. Its tests and deploys are described in `build.yaml`.\n',
  'docs/guide.md': '# Guide\n\nCall `greet NAME`.\n',
  'src/10-greet.sh': GREET,
  'src/20-crowd.sh': CROWD,
  'src/90-version.sh': VERSION,
  'test/greet.sh': GREET_TEST,
  'test/crowd.sh': CROWD_TEST,
}

/** The second one, with which a pull request that started from the first conflicts. */
export const SECOND: Files = { 'src/90-version.sh': 'version() { echo "1.1"; }\n' }

/** A test file that sources the greeter first. */
export const testFile = (lines: string): string => `${CHECK}${lines}`
