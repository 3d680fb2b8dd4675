/** The traces that come with this package, as `@headgate/core/traces/NAME.csv.gz`. */

/** Name, and whose queue it was. Where it comes from and what it can't show is in docs/reference/laboratory.md. */
export const recordedTraces: Readonly<Record<string, string>> = {
  'rust-analyzer-ghmq': 'rust-lang/rust-analyzer under the GitHub merge queue, 1,468 pull requests',
  'cargo-ghmq': 'rust-lang/cargo under the GitHub merge queue, 1,000',
  'hail-ci': "hail-is/hail under Hail's own CI, 2,093",
  'rust-analyzer-borsng': 'rust-lang/rust-analyzer under bors-ng, 2,553',
  'bors-ng': 'bors-ng on itself, 883',
  'bevy-borsng': 'bevyengine/bevy under bors-ng, 1,565',
  'meilisearch-borsng': 'meilisearch/meilisearch under bors-ng, 877',
  'android-components-borsng': 'mozilla-mobile/android-components under bors-ng, 2,092',
  'clippy-homu': 'rust-lang/rust-clippy under homu, 1,002',
  'test-infra-tide': 'kubernetes/test-infra under Prow Tide, 3,987',
}
