import { z } from 'zod'
import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { studyKey } from './study-key.ts'

export const nameSchema = z.string().min(1).max(120)

export const nameKey = studyKey(nameSchema.describe('option.study.name'), { rules: checkName })

/**
 * New studies only: a name is printed, and a control character in it could steer a terminal. It is no
 * rule of the schema, so that a database that holds such a name still opens.
 */
export function checkName(name: unknown): Problem[] {
  if (typeof name !== 'string' || !/[\p{Cc}\p{Bidi_Control}]/u.test(name)) return []
  return [broken(['name'], name, msg('rule.noControlCharacters'))]
}
