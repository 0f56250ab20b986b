import type { Language } from '../../../i18n/language.ts'
import { failureSentences } from './failure-sentences.ts'
import { compileTemplate, type SentencePair, type Translate } from './sentence-template.ts'

/** Why attempts failed, until failures are facts, too. */
export const storedSentences: readonly SentencePair[] = failureSentences

const templates = storedSentences.map(compileTemplate)

/** More than any wrapper of ours nests; what a program printed may hold any number of colons. */
const MAX_NESTED = 8

/**
 * Why a trial was proposed, stopped or failed, and why a study ended, for people. The database keeps such sentences in English,
 * since a replay compares them; what is no sentence of ours, such as a user's program's own words, is shown as it is.
 */
export function reasonText(stored: string, language: Language): string {
  return language === 'en' ? stored : (chineseReason(stored) ?? stored)
}

/** @returns null for a sentence that is not ours */
export function chineseReason(sentence: string): string | null {
  return chineseAt(sentence, 0)
}

function chineseAt(sentence: string, depth: number): string | null {
  if (depth > MAX_NESTED) return null
  const deeper: Translate = nested => chineseAt(nested, depth + 1)
  for (const translate of templates) {
    const text = translate(sentence, deeper)
    if (text !== null) return text
  }
  return listAt(sentence, deeper) ?? namedAt(sentence, deeper)
}

/** Sentences one after another: what was done to a point, what each of several rules has to say. */
function listAt(sentence: string, translate: Translate): string | null {
  const parts = sentence.split('; ')
  if (parts.length === 1) return null
  const texts: string[] = []
  for (const part of parts) {
    const text = translate(part)
    if (text === null) return null
    texts.push(text)
  }
  return texts.join('；')
}

/** The sentence of one metric's rule or of one sampler, after its name. */
function namedAt(sentence: string, translate: Translate): string | null {
  const end = sentence.indexOf(': ')
  if (end <= 0) return null
  const text = translate(sentence.slice(end + 2))
  return text === null ? null : `${sentence.slice(0, end)}：${text}`
}
