import { ownValue } from '../../core/values/named-values.ts'
import { type Argument, type Command, type CommanderError, Help, type Option } from 'commander'
import type { Translate } from '../../core/i18n/translate.ts'

/** Words that commander writes itself around the help of a command, in the language of the texts. */
function helpWords(t: Translate): Partial<Help> {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': t('cli.help.title.usage'),
    'Arguments:': t('cli.help.title.arguments'),
    'Options:': t('cli.help.title.options'),
    'Global Options:': t('cli.help.title.globalOptions'),
    'Commands:': t('cli.help.title.commands'),
  }
  const inWords = (term: string): string =>
    term
      .replace('[options]', `[${t('cli.help.usageOptions')}]`)
      .replace('[command]', `[${t('cli.help.usageCommand')}]`)
  const described = ({ description, defaultValue, ...details }: Option | Argument): string => {
    const choices = 'argChoices' in details ? details.argChoices : undefined
    const notes = [
      ...(choices === undefined ? [] : [t('cli.help.choices', { choices })]),
      ...(defaultValue === undefined
        ? []
        : [t('cli.help.default', { value: String(defaultValue) })]),
    ]
    return notes.length === 0 ? description : t('cli.help.notes', { description, notes })
  }
  return {
    // A full-width colon has its gap within itself.
    formatHelp: (command, help) => new Help().formatHelp(command, help).replace(/^(\S*：) /, '$1'),
    styleTitle: title => ownValue(titles, title) ?? title,
    styleUsage: inWords,
    styleSubcommandTerm: inWords,
    optionDescription: described,
    argumentDescription: described,
  }
}

/** The names of commander's errors that a command line can cause, and what their message quotes, in order. */
const quotes = {
  unknownOption: ['name'],
  unknownCommand: ['name'],
  missingArgument: ['name'],
  optionMissingArgument: ['name'],
  missingMandatoryOptionValue: ['name'],
  invalidArgument: ['name', 'value'],
  excessArguments: [],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** The mistake in a command line. Commander tells it as an English message, whose quoted parts are taken over. */
export function usageText({ code, message }: CommanderError, t: Translate): string {
  const name = code.replace('commander.', '')
  if (!Object.hasOwn(quotes, name)) return message.replace(/^error: /, '')
  const errorName = name as keyof typeof quotes
  const quoted = [...message.matchAll(/'([^']*)'/g)].map(([, text = '']) => text)
  // An option is told before its value, an argument after it.
  if (/ for argument '/.test(message)) quoted.reverse()
  const values = Object.fromEntries(
    quotes[errorName].map((key, index) => [key, quoted[index] ?? '']),
  )
  const [, nearest] = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message) ?? []
  const [, choices] = /Allowed choices are (.*)\.$/.exec(message) ?? []
  return t(`cli.usage.${errorName}`, { ...values, nearest, choices: choices?.split(', ') })
}

/** Every command of the tree speaks the same language. */
export function wordHelp(command: Command, t: Translate): void {
  command.configureHelp(helpWords(t)).helpOption('-h, --help', t('cli.help.help'))
  for (const each of command.commands) wordHelp(each, t)
}
