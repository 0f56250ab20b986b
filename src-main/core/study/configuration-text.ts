import { commandLine } from '../objectives/command/command-line.ts'
import type { StudySpecification } from './study-specification.ts'
import type { Assignment, ParameterValue } from '../trial/trial.ts'

/** Forms in which a configuration is copied. */
export const configurationForms = ['yaml', 'json', 'commandLine', 'python'] as const
type ConfigurationForm = (typeof configurationForms)[number]

/**
 * A configuration as text for another place: keys of YAML, an object of JSON, arguments of a command line (of a program, its whole
 * command), a dict of Python. Numbers keep all their digits.
 */
export function configurationText(
  form: ConfigurationForm,
  parameters: Assignment,
  objective: StudySpecification['objective'],
): string {
  const entries = Object.entries(parameters)
  switch (form) {
    case 'json':
      return JSON.stringify(parameters, null, 2)
    case 'yaml':
      return entries.map(([name, value]) => `${yamlLine(name, value)}\n`).join('')
    case 'python':
      return `{${entries.map(([name, value]) => `${JSON.stringify(name)}: ${pythonValue(value)}`).join(', ')}}`
    case 'commandLine':
      return commandLine(parameters, objective)
  }
}

/** Words that YAML would read as something else are quoted, as JSON quotes them. */
function yamlValue(value: ParameterValue): string {
  if (typeof value !== 'string') return String(value)
  const isPlain =
    /^[A-Za-z][\w./-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
  return isPlain ? value : JSON.stringify(value)
}

/** A parameter as a line of YAML. */
export function yamlLine(name: string, value: ParameterValue): string {
  return `${yamlValue(name)}: ${yamlValue(value)}`
}

function pythonValue(value: ParameterValue): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return JSON.stringify(value)
}
