import { msg } from '../../core/errors/message.ts'
import { visibleNameSchema } from '../../core/values/visible-name.ts'
import { usageError } from './context.ts'

/** Words of an option, separated by commas, in the order of those that there are. @throws AppError `usage.invalid` */
export function someOf<Word extends string>(
  option: string,
  text: string,
  words: readonly Word[],
): readonly Word[] {
  const wanted = new Set(text.split(',').map(part => part.trim()))
  const selected = words.filter(word => wanted.has(word))
  if (selected.length === wanted.size) return selected
  throw usageError(option, text, msg('rule.someOf', { names: [...words] }))
}

/** @throws AppError `usage.invalid` */
export function requireVisibleName(field: string, name: string): void {
  if (!visibleNameSchema.safeParse(name).success) {
    throw usageError(field, name, msg('rule.visibleName'))
  }
}
