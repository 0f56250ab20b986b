import { z } from 'zod'

/** What a person calls a thing of theirs, a token or a notification channel: 1 to 60 characters that can be seen. */
export const visibleNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{C}]*$/u)
