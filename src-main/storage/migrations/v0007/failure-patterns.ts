import type { SentencePattern } from './sentence-pattern.ts'

/** Why attempts failed. */
export const failurePatterns: readonly SentencePattern[] = []
