/** The sample's pull requests: one of each fate. */
import { testFile, type Files } from './files.js'

export interface SamplePullRequest {
  readonly branch: string
  readonly title: string
  readonly author: string
  /** The commit of `main` that its branch starts from. */
  readonly from: 'first' | 'second'
  readonly files: Files
  readonly labels?: ReadonlyArray<string>
  readonly approved: boolean
  /** Opened from a fork of the author's. */
  readonly fork?: true
}

/** Whose pull requests are tested without being asked about. */
export const DEVELOPERS: ReadonlyArray<string> = ['ada', 'alan', 'grace']
export const REVIEWER = 'barbara'

const from = 'second'

/** In the order in which they are opened. */
export const PULL_REQUESTS: ReadonlyArray<SamplePullRequest> = [
  {
    branch: 'french',
    title: 'Greet in French',
    author: 'ada',
    from,
    files: {
      'src/30-french.sh': 'saluer() { echo "Bonjour, $1 !"; }\n',
      'test/french.sh': testFile("expect 'Bonjour, Ada !' saluer Ada\n"),
    },
    approved: true,
  },
  {
    branch: 'shout',
    title: 'Shout (its test expects too much)',
    author: 'alan',
    from,
    files: {
      'src/40-shout.sh': 'shout() { greet "${1^^}"; }\n',
      'test/shout.sh': testFile("expect 'HELLO, ADA!' shout Ada\n"),
    },
    approved: true,
  },
  {
    branch: 'version-2',
    title: 'Call it version 2.0 (main has moved on)',
    author: 'grace',
    from: 'first',
    files: { 'src/90-version.sh': 'version() { echo "2.0"; }\n' },
    approved: true,
  },
  {
    branch: 'rename',
    title: 'Rename greet to salute',
    author: 'ada',
    from,
    files: {
      'src/10-greet.sh': '# Says hello.\nsalute() { echo "Hello, $1!"; }\n',
      'src/20-crowd.sh':
        '# Greets several at once.\ngreet_all() { for name in "$@"; do salute "$name"; done; }\n',
      'test/greet.sh': testFile("expect 'Hello, Ada!' salute Ada\n"),
    },
    approved: true,
  },
  {
    // Green alone, red together with the rename: it calls a function that is gone then. Slower than the rename, so
    // that which of the two lands is not a matter of chance.
    branch: 'farewell',
    title: 'Say farewell after greeting',
    author: 'alan',
    from,
    files: {
      'src/50-farewell.sh': 'visit() { greet "$1" && echo "Farewell, $1!"; }\n',
      'test/farewell.sh': testFile("sleep 1.5\nexpect $'Hello, Ada!\\nFarewell, Ada!' visit Ada\n"),
    },
    approved: true,
  },
  {
    branch: 'german',
    title: 'Greet in German (nobody has reviewed it)',
    author: 'grace',
    from,
    files: {
      'src/31-german.sh': 'gruessen() { echo "Hallo, $1!"; }\n',
      'test/german.sh': testFile("expect 'Hallo, Ada!' gruessen Ada\n"),
    },
    approved: false,
  },
  {
    branch: 'klingon',
    title: 'Greet in Klingon (by somebody unknown)',
    author: 'worf',
    from,
    files: {
      'src/32-klingon.sh': 'nuqneh() { echo "nuqneH, $1!"; }\n',
      'test/klingon.sh': testFile("expect 'nuqneH, Ada!' nuqneh Ada\n"),
    },
    approved: true,
    fork: true,
  },
  {
    branch: 'crowd-guide',
    title: 'Explain greet_all (to be continued)',
    author: 'ada',
    from,
    files: { 'docs/crowd.md': '# Crowds\n\nCall `greet_all NAME...`. More to come.\n' },
    labels: ['WIP'],
    approved: true,
  },
  {
    // Concerns the documentation only, so most steps are left out of its test.
    branch: 'guide',
    title: 'Correct the guide: names are quoted',
    author: 'grace',
    from,
    files: { 'docs/guide.md': '# Guide\n\nCall `greet "NAME"`.\n' },
    labels: ['prio:high'],
    approved: true,
  },
]
