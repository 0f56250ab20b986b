import type { Proposal } from '../../contract/search-protocol.ts'
import type { Provenance } from '../../contract/trial.ts'

/** The proposal that takes over the result of a complete trial with the same parameters. */
export function withReusedTrial({ parameters, provenance }: Proposal, number: number): Proposal {
  return {
    parameters,
    provenance: {
      ...provenance,
      reason: `${provenance.reason}; result of trial ${number} reused`,
      detail: { ...provenance.detail, reusedTrial: number },
    },
  }
}

/** The trial whose result another one takes over instead of running; null if it runs. */
export function reusedTrial({ detail }: Provenance): number | null {
  const number = detail?.['reusedTrial']
  return typeof number === 'number' ? number : null
}
