import type { RetrySpecification } from '../contract/study-specification.ts'
import type { AttemptRecord, Failure } from '../contract/trial.ts'

/**
 * Whether a failed attempt is repeated with the same parameters and seed: as long as fewer attempts
 * of the trial have failed in this class than the study allows. Interrupted attempts do not count;
 * they were nobody's fault.
 */
export function shouldRetry(
  policy: RetrySpecification,
  earlier: readonly Pick<AttemptRecord, 'failure'>[],
  failure: Failure,
): boolean {
  const failed = earlier.filter(attempt => attempt.failure?.class === failure.class).length
  return failed < policy[failure.class]
}
