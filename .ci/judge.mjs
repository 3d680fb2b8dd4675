// Judges the report of a sample run by what the sample was made to show.
import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const problems = []
const must = (holds, text) => holds || problems.push(text)
const reasons = report.open.flatMap((pr) => pr.reasons.map((reason) => reason.code))

must(report.landed.length >= 3, `only ${report.landed.length} pull requests landed`)
must(
  report.landed.every((pr) => pr.testedSha === pr.landedSha),
  'something landed that is not what was tested',
)
for (const code of ['MergeConflict', 'TestFailed', 'NotApproved', 'NotAuthorized', 'BlockingLabel'])
  must(reasons.includes(code), `no open pull request says ${code}`)
must(
  report.deploys.at(-1)?.sha === report.head && report.deploys.at(-1)?.state === 'success',
  'the last head was not deployed',
)

problems.forEach((problem) => console.error(`sample: ${problem}`))
console.log(
  problems.length === 0
    ? `sample: ${report.landed.length} landed, ${report.open.length} open, as it should be`
    : '',
)
process.exit(problems.length === 0 ? 0 : 1)
