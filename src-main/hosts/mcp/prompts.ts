import type { GetPromptResult, Prompt } from '@modelcontextprotocol/server'
import type { Scope } from '../../features/access/common/access.ts'
import type { MessageKey } from '../../core/i18n/message.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import { byName, ownValue } from '../../core/values/named-values.ts'

interface McpPrompt {
  /** Its texts are `mcp.prompt.NAME.title`, `mcp.prompt.NAME.about` and `mcp.prompt.NAME.text`. */
  readonly name: string
  /** The rights that its steps need. */
  readonly scopes: readonly Scope[]
  /** Names of arguments that a person gives; a text each is `mcp.argument.NAME`. */
  readonly arguments: readonly string[]
}

const prompts: readonly McpPrompt[] = [
  { name: 'tune_table', scopes: ['read', 'start'], arguments: ['file', 'target', 'minutes'] },
  { name: 'tune_script', scopes: ['read', 'start'], arguments: ['command', 'metric', 'minutes'] },
  { name: 'explain_study', scopes: ['read'], arguments: ['study'] },
  { name: 'improve_study', scopes: ['read', 'steer'], arguments: ['study'] },
  { name: 'diagnose_failures', scopes: ['read'], arguments: ['study'] },
]
const promptsByName = byName(prompts)

/** Prompts for the common jobs that a program may do. */
export function listPrompts(scopes: readonly Scope[], t: Translate): Prompt[] {
  return prompts
    .filter(prompt => prompt.scopes.every(scope => scopes.includes(scope)))
    .map(({ name, arguments: names }) => ({
      name,
      title: t(`mcp.prompt.${name}.title` as MessageKey),
      description: t(`mcp.prompt.${name}.about` as MessageKey),
      arguments: names.map(argument => ({
        name: argument,
        description: t(`mcp.argument.${argument}` as MessageKey),
        required: true,
      })),
    }))
}

/** The words of a prompt with its arguments; null if there is no such prompt, or the program may not do what it says. */
export function getPrompt(
  name: string,
  values: Readonly<Record<string, string>>,
  { scopes, t }: { readonly scopes: readonly Scope[]; readonly t: Translate },
): GetPromptResult | null {
  const prompt = ownValue(promptsByName, name)
  if (!prompt?.scopes.every(scope => scopes.includes(scope))) return null
  const text = t(`mcp.prompt.${name}.text` as MessageKey, values)
  return {
    description: t(`mcp.prompt.${name}.about` as MessageKey),
    messages: [{ role: 'user', content: { type: 'text', text } }],
  }
}

/** The arguments of a prompt that were left out. */
export function missingArguments(
  name: string,
  values: Readonly<Record<string, string>>,
): readonly string[] {
  const prompt = ownValue(promptsByName, name)
  return prompt?.arguments.filter(argument => !Object.hasOwn(values, argument)) ?? []
}
