import { computed } from 'vue'
import type { Message, MessageKey, MessageValues } from '../../src-main/i18n/message.ts'
import { createTranslate } from '../../src-main/i18n/translate.ts'
import { usePreferences } from '../stores/preferences.ts'

/** Texts in the language that the person has chosen; what is shown follows when they choose another. */
export function useTexts() {
  const preferences = usePreferences()
  const translate = computed(() => createTranslate(preferences.language))
  return {
    t: (key: MessageKey, values?: MessageValues) => translate.value(key, values),
    /** The sentence of a fact, whose code may come from a database or another version. */
    say: (message: Message) => translate.value.say(message),
    has: (code: string): code is MessageKey => translate.value.has(code),
    translate,
  }
}
