import { expect } from 'vitest'
import {
  type MessageDescriptor,
  messageFromJson,
  messageToJson,
} from '../../src-main/core/errors/message.ts'
import { languages } from '../../src-main/core/i18n/language.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'

/** Words of our English sentences that no name in these tests has. */
const english = /\b(the|of|and|from|with|trials?|step)\b/

/** Every code of a message and of those within it is in the catalogs, with all that its texts need. */
export function expectTextFor(message: MessageDescriptor): void {
  for (const language of languages) {
    const t = createTranslate(language)
    for (const code of codesIn(message)) expect(t.has(code), code).toBe(true)
    // An error where a placeholder has no value.
    const text = t.format(message)
    expect(text, JSON.stringify(message)).not.toMatch(/undefined|[{}]/)
    if (language !== 'en') expect(text).not.toMatch(english)
  }
  expect(messageFromJson(messageToJson(message))).toEqual(message)
}

/** The code of a message and those of the messages within it. */
export function codesIn({ code, values = {} }: MessageDescriptor): string[] {
  const nested = Object.values(values)
    .flat()
    .filter((value): value is MessageDescriptor => typeof value === 'object' && value !== null)
  return [code, ...nested.flatMap(codesIn)]
}

/** As people read it. */
export const inEnglish = createTranslate('en')
