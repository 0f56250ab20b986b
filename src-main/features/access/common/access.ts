import { z } from 'zod'

/**
 * Which of the methods a program may call that a person gave a token: `read` changes nothing, `steer` changes studies that are there,
 * `start` starts trainings and code that is trusted already.
 */
export const scopes = ['read', 'steer', 'start'] as const
export type Scope = (typeof scopes)[number]

export const scopesSchema = z
  .array(z.enum(scopes))
  .min(1)
  .max(scopes.length)
  .refine(scopeList => new Set(scopeList).size === scopeList.length)

/** A token as a person sees it; the token itself is shown once and kept nowhere. */
export interface AccessToken {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAtMs: number
}

/** A token that somebody showed. */
export interface KnownToken extends AccessToken {
  /** `tunewright mcp` made it for itself, and it ends with that process. */
  readonly isOfProcess: boolean
}
