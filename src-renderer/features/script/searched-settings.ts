import { ownValue } from '../../../src-main/core/values/named-values.ts'
import { placeholdersIn } from '../../../src-main/core/study/command-template.ts'
import type {
  ProposedSetting,
  ScriptProposal,
} from '../../../src-main/core/study/script-proposal.ts'

type Keys = Readonly<Record<string, unknown>>

/** The sections of a study that speak of what a script sets. */
export interface ScriptSections {
  readonly objective: Keys
  readonly space: Keys
  readonly currentConfiguration: Keys
}

/** The objective's command as a list of words; none where it is a text for a shell. */
export function wordsOf({ command }: Keys): readonly string[] {
  return Array.isArray(command) ? command.map(String) : []
}

/** Whether a study is about the script of a proposal. */
export function isAbout(objective: Keys, { folder, script }: ScriptProposal): boolean {
  return objective['directory'] === folder && wordsOf(objective).includes(script)
}

/** Where the command passes a parameter to a setting, by the name that it has now. */
function passedAt(
  setting: ProposedSetting,
  words: readonly string[],
): { readonly at: number; readonly name: string } | null {
  const { word, wordBefore } = setting
  if (word === null) return null
  const prefix = word.slice(0, word.lastIndexOf('{'))
  const added = word.slice(word.indexOf('?'))
  const at = words.findIndex((candidate, index) => {
    if (setting.route === 'switch')
      return candidate.endsWith(added) && placeholdersIn(candidate).length === 1
    if (wordBefore !== null)
      return words[index - 1] === wordBefore && placeholdersIn(candidate).length === 1
    if (prefix === '') return candidate === word
    return candidate.startsWith(`${prefix}{`) && placeholdersIn(candidate).length === 1
  })
  const [name] = placeholdersIn(words[at] ?? '')
  return name === undefined ? null : { at, name }
}

/** The parameter that searches a setting, by the name that it has now; null where the script keeps its value. */
export function searchedAs(
  setting: ProposedSetting,
  { objective, space }: Pick<ScriptSections, 'objective' | 'space'>,
): string | null {
  const passed = passedAt(setting, wordsOf(objective))
  if (passed === null || !Object.hasOwn(space, passed.name)) return null
  return isFixed(ownValue(space, passed.name)) ? null : passed.name
}

/** The study without the search of a setting: the script keeps its value. The launcher goes with the last setting that needs it. */
export function withoutSetting(
  setting: ProposedSetting,
  { objective, space, currentConfiguration }: ScriptSections,
  launcher: string,
): ScriptSections {
  const words = wordsOf(objective)
  const passed = passedAt(setting, words)
  if (passed === null) return { objective, space, currentConfiguration }
  const { current } = setting
  // Words that are a value alone may stand by position: those behind them need theirs.
  if (isValueAlone(setting) && current !== null)
    return {
      objective,
      space: { ...space, [passed.name]: { fixed: current } },
      currentConfiguration: without(currentConfiguration, passed.name),
    }
  const first = setting.wordBefore === null ? passed.at : passed.at - 1
  const fewer = words.filter((_, index) => index < first || index > passed.at)
  const isPatched = fewer.some(word => word.startsWith('--set='))
  const command = isPatched ? fewer : fewer.filter(word => word !== launcher)
  return {
    objective: { ...objective, command },
    space: without(space, passed.name),
    currentConfiguration: without(currentConfiguration, passed.name),
  }
}

/**
 * The study with a setting that is searched.
 * @param entry of the space
 */
export function withSetting(
  setting: ProposedSetting,
  entry: Keys,
  { objective, space, currentConfiguration }: ScriptSections,
  { script, launcher }: Pick<ScriptProposal, 'script' | 'launcher'>,
): ScriptSections {
  const { parameter, word, wordBefore, wordAfter, route, current, file } = setting
  if (parameter === null || word === null) return { objective, space, currentConfiguration }
  const words = wordsOf(objective)
  const passed = passedAt(setting, words)
  if (passed !== null) {
    const { name } = passed
    return {
      objective,
      space: { ...space, [name]: entry },
      currentConfiguration:
        current === null ? currentConfiguration : { ...currentConfiguration, [name]: current },
    }
  }
  const at = words.indexOf(script)
  const isPatched = words.includes(launcher.name)
  const command =
    route === 'patch'
      ? [...words.slice(0, at), ...(isPatched ? [] : [launcher.name]), word, ...words.slice(at)]
      : withOption(words, wordBefore === null ? [word] : [wordBefore, word], script, wordAfter)
  const files = Array.isArray(objective['files']) ? objective['files'].map(String) : []
  const isOther = route === 'patch' && file !== script && !files.includes(file)
  return {
    objective: { ...objective, command, ...(isOther ? { files: [...files, file] } : {}) },
    space: { ...space, [parameter]: entry },
    currentConfiguration:
      current === null ? currentConfiguration : { ...currentConfiguration, [parameter]: current },
  }
}

/** @param behind the word that the option has to stand before; null: none */
function withOption(
  words: readonly string[],
  option: readonly string[],
  script: string,
  behind: string | null,
): readonly string[] {
  const at = behind === null ? -1 : words.indexOf(behind, words.indexOf(script) + 1)
  return at === -1 ? [...words, ...option] : [...words.slice(0, at), ...option, ...words.slice(at)]
}

function isValueAlone({ word, wordBefore, route }: ProposedSetting): boolean {
  return word !== null && wordBefore === null && route !== 'switch' && word.startsWith('{')
}

function isFixed(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && Object.hasOwn(entry, 'fixed')
}

function without(keys: Keys, name: string): Keys {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => key !== name))
}
