/**
 * Where our core decides otherwise than the reference, on purpose. Each is a switch in the model of the reference: with
 * it the model follows our rule at the places where it asks for this name, and else the reference's own.
 */
export interface Deviation {
  readonly name: string
  /** What the reference does, and what ours does instead. */
  readonly rule: string
  /** What is wrong or unsafe about it. */
  readonly why: string
}

/** In the order in which they are put right; a difference belongs to the one with which it goes away for good. */
export const deviations: ReadonlyArray<Deviation> = [
  {
    name: 'same-source',
    rule: 'The reference looks batches up by source SHA alone, so pull requests with one head share batches and results. Ours: a result belongs to one pull request at one source; the status of the shared SHA says the best that is known of it.',
    why: 'Landing an untested combination: one of them merges while the batch of the other still runs on the new head, and a stranger merges on a known developer’s batch.',
  },
  {
    name: 'on-deck-assertion',
    rule: 'Re-testing the merge candidate while the gate is open ends the whole update of the reference with an assertion. Ours does at once what is left to do.',
    why: 'Crash by assertion: every pull request of the branch waits for the next update.',
  },
  {
    name: 'conflict-livelock',
    rule: 'An approved, green pull request that starts to conflict ends every update of the reference with an assertion, before its failure is posted. Ours posts the failure and goes on.',
    why: 'Conflict livelock: it repeats for ever, and nothing of lower priority merges.',
  },
  {
    name: 'conflict-flapping',
    rule: 'The reference forgets at every update that a pull request conflicts and tries again: pending, failure, pending, failure. To ours a conflict is a fact about a source and a head, and holds until one of them changes.',
    why: 'Two posts and a merge attempt per update for ever, and a pending status that hides the failure.',
  },
  {
    name: 'own-context-not-required',
    rule: 'Where branch protection does not require our own status the reference does not read it: it posts every status again at every update, and does not see its own verdict when it ranks and when it names a candidate. Ours reads its own status whether it is required or not.',
    why: 'A post per pull request and update for ever, and a pull request whose tests have failed is named merge candidate and tested again.',
  },
  {
    name: 'unreported-check',
    rule: 'To the reference a required check that has not reported does not exist: the pull request ranks as green, and the forge is asked to merge it at every update. To ours it is pending.',
    why: 'Each of these merges is refused; meanwhile the pull request keeps its rank.',
  },
  {
    name: 'failed-post',
    rule: 'The reference books a status as posted although the post failed, and asks for the merge that depends on it. Ours gives the post again, and lands only what the forge has acknowledged.',
    why: 'A merge that must be refused or, where the status is not required, one that no status on the commit accounts for.',
  },
  {
    name: 'unauthorized-merge',
    rule: 'The reference never asks for the authorization when it merges. Ours does.',
    why: 'Code that nobody has authorized, or no longer, gets onto the branch.',
  },
  {
    name: 'unknown-landing',
    rule: 'When the forge fails to answer a merge (502) the reference asks for the next one at once. Ours looks, and asks again after a pause; before it knows what became of that merge nothing else lands, no deploy starts and nobody is re-tested as candidate.',
    why: 'The merge may have happened: the next would land on a head that it was not tested on.',
  },
  {
    name: 'refused-for-ever',
    rule: 'The reference asks for a merge that the forge refuses at every update. Ours pauses after each refusal, and by the forge’s rules asks only as often as `landingAttempts` says until something about the pull request changes.',
    why: 'An order that can only be refused is repeated for ever, and holds up what could land.',
  },
  {
    name: 'cancelled-falls-back',
    rule: 'When the newest batch of a source was cancelled the reference takes the one before it for current again, also one against an older head. Ours tests anew.',
    why: 'A result that had been given up comes back: the status jumps to success without any run.',
  },
  {
    name: 'returning-source',
    rule: 'When a pull request returns to a source that it had before, or is opened again, the reference takes its batch from before. Ours too, but for a batch that it has asked to cancel, and one that is no newer than what a retry has hidden on a source that was left.',
    why: 'What was given up does not come back; and the marks of retries don’t pile up with every source that was ever left.',
  },
  {
    name: 'doubled-deploy',
    rule: 'When the state of a running deploy can’t be read once, the reference forgets the deploy and starts another of the same head. Ours reads again.',
    why: 'Two deploys of one branch at the same time.',
  },
  {
    name: 'blocked-candidate',
    rule: 'The reference names a pull request merge candidate that a blocking label (WIP, stacked PR) keeps from merging. Ours names one that may land.',
    why: 'It is tested again after every landing and never lands, in the place of one that could.',
  },
  {
    name: 'do-not-test-candidate',
    rule: 'The reference names a pull request merge candidate that must not be tested. Ours names one that may.',
    why: 'With a high priority it stays candidate for ever, and nobody else is ever re-tested.',
  },
  {
    name: 'waiting-candidate',
    rule: 'The candidate has passed on the head and waits for a check of others, or the forge refuses it for good. The reference re-tests nobody until it lands. Ours names the next.',
    why: 'One check that never reports starves all the others.',
  },
  {
    name: 'own-status-shown',
    rule: 'The reference ranks by its own status as the forge showed it when the update began: nothing (which counts as green) for a new head, pending for a verdict that has come since. Ours ranks by its results.',
    why: 'It re-tests what has just failed, passes over what has just passed, and puts a head that nobody has looked at before one that waits.',
  },
  {
    name: 'candidate-drift',
    rule: 'The candidate that is re-tested turns pending and loses its rank, so the reference names the next green one and re-tests it too. Ours keeps the rank of the last result.',
    why: 'Candidate drift: after each landing k green pull requests run k batches, of which all but one are wasted.',
  },
  {
    name: 'counted-twice',
    rule: 'The reference counts running batches when a pass begins: a re-tested candidate counts twice, and a place that gets free stays empty. Ours counts what runs.',
    why: 'A free place stays empty until the next update, or one too many runs.',
  },
  {
    name: 'cap-exceeded',
    rule: 'To the reference the cap does not hold for any pull request that is merge candidate at some time. Ours allows the candidate one place more.',
    why: 'More batches at a time than the cap says, by any number.',
  },
  {
    name: 'pending-without-run',
    rule: 'When a result is given up the reference says pending at once. Ours leaves what is final shown until the next run has begun, and lands nothing on it.',
    why: 'A pull request that may not be tested now (do-not-test) stays pending for ever, and one that waits for a place flaps: a status that is final goes back only for a new run (S7).',
  },
  {
    name: 'land-first',
    rule: 'The reference starts tests and then merges in the same pass. Ours lands first, then tests on the head that this made, and does not show a verdict that a new test is about to overtake.',
    why: 'Tests that are out of date before they begin; for a moment, success for a combination that nobody has tested.',
  },
]

export const deviationNames: ReadonlySet<string> = new Set(deviations.map((d) => d.name))
