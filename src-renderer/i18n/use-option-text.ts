import { usePreferences } from '../stores/preferences.ts'
import { optionTextsZhCn } from './option-texts-zh-cn.ts'

/** The line that explains an option, in the chosen language; the schemas of the options carry the English one. */
export function useOptionText(): (description: string) => string {
  const preferences = usePreferences()
  return description =>
    preferences.language === 'zh-CN' ? (optionTextsZhCn[description] ?? description) : description
}
