import { expect } from 'vitest'
import { type Fact, factFromJson, factToJson } from '../../src-main/core/errors/fact.ts'
import { languages } from '../../src-main/core/i18n/language.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'

/** Words of our English sentences that no name in these tests has. */
const english = /\b(the|of|and|from|with|trials?|step)\b/

/** Every code of a fact and of those within it is in the catalogues, with all that its texts need. */
export function expectSaid(fact: Fact): void {
  for (const language of languages) {
    const t = createTranslate(language)
    for (const code of codesIn(fact)) expect(t.has(code), code).toBe(true)
    // An error where a placeholder has no value.
    const text = t.say(fact)
    expect(text, JSON.stringify(fact)).not.toMatch(/undefined|[{}]/)
    if (language !== 'en') expect(text).not.toMatch(english)
  }
  expect(factFromJson(factToJson(fact))).toEqual(fact)
}

/** The code of a fact and those of the facts within it. */
export function codesIn({ code, values = {} }: Fact): string[] {
  const nested = Object.values(values)
    .flat()
    .filter((value): value is Fact => typeof value === 'object' && value !== null)
  return [code, ...nested.flatMap(codesIn)]
}

/** As people read it. */
export const inEnglish = createTranslate('en')
