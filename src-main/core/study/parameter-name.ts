import { type MessageDescriptor, msg } from '../errors/message.ts'

/**
 * Names of parameters: which can be used, and how they are written where other text stands beside it: in relations,
 * filters and placeholders of commands. Names of other programs (`optimizer.lr`, `model/depth`) are kept.
 */

export const MAX_NAME_LENGTH = 200

/**
 * Controls, halves of characters, private ones, everything that turns text around or that nobody sees, and
 * blanks other than the space.
 */
const invisible =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u00A0\u1680\u2000-\u200A\u202F\u205F\u2800\u3000]/u
const everyInvisible = new RegExp(invisible, 'gu')

/** The rule that a name breaks; null for a name that can be used. */
export function brokenNameRule(name: string): MessageDescriptor | null {
  const { length } = [...name]
  if (length === 0 || length > MAX_NAME_LENGTH) {
    return msg('rule.nameLength', { limit: MAX_NAME_LENGTH })
  }
  if (invisible.test(name)) {
    return msg('rule.nameInvisible')
  }
  if (name.trim() !== name) return msg('rule.nameSpace')
  // `JSON.parse` of Node 24.21 now and then reads such a key as a backslash.
  if (name === '"') return msg('rule.nameQuote')
  return name.normalize('NFC') === name
    ? null
    : msg('rule.nameForm', { name: name.normalize('NFC') })
}

/** Turns any text into a name that can be used; one that can stays as it is. */
export function usableName(text: string): string {
  if (brokenNameRule(text) === null) return text
  const cleaned = text.normalize('NFC').replace(everyInvisible, '_').trim()
  const cut = [...cleaned].slice(0, MAX_NAME_LENGTH).join('').trim()
  return cut === '' || cut === '"' ? 'parameter' : cut
}

const plainName = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_./-]*$/u
const numberLike = /^\d+\.?\d*(e-?\d+)?$/i

/** A quoted name as the source of a pattern; a backtick in it stands twice. */
export const quotedNameSource = '`(?:[^`]|``)+`'

/** The name as it stands in a relation or filter: in backticks unless it is a plain word. */
export function quoteName(name: string): string {
  return plainName.test(name) && !numberLike.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}

/** The name that a quoted text means; null for a text without backticks around it. */
export function unquotedName(text: string): string | null {
  return new RegExp(`^${quotedNameSource}$`, 'u').test(text)
    ? text.slice(1, -1).replaceAll('``', '`')
    : null
}
