/** An answer as it went out once. */
export type Remembered = {
  readonly at: number
  readonly status: number
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: ArrayBuffer
}

/** The answers of the past, by question: where stale reads come from. */
export type AnswerMemory = {
  readonly keep: (question: string, answer: Remembered) => void
  /** The oldest answer to this question that is at most `maxAgeMs` old. */
  readonly old: (question: string, now: number, maxAgeMs: number) => Remembered | undefined
}

const ANSWERS_MAX = 50
const QUESTIONS_MAX = 500

/** Keeps the last answers to the last questions. */
export const makeAnswerMemory = (): AnswerMemory => {
  const kept = new Map<string, ReadonlyArray<Remembered>>()
  return {
    keep: (question, answer) => {
      const before = kept.get(question) ?? []
      kept.delete(question)
      kept.set(question, [...before, answer].slice(-ANSWERS_MAX))
      const [oldest] = kept.keys()
      if (kept.size > QUESTIONS_MAX && oldest !== undefined) kept.delete(oldest)
    },
    old: (question, now, maxAgeMs) => kept.get(question)?.find(({ at }) => now - at <= maxAgeMs),
  }
}

/** A response made of a remembered answer. */
export const responseOf = ({ status, headers, body }: Remembered): Response =>
  new Response(status === 204 || status === 304 ? null : body, {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  })
