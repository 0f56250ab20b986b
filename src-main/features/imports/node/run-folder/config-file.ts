import path from 'node:path'
import { parseDocument } from 'yaml'
import { type MessageDescriptor, msg } from '../../../../core/errors/message.ts'
import { readConfig } from '../../../../interop/python-script/read-config.ts'
import { parsePythonJson } from '../../../../interop/python-json.ts'
import { flattenSettings, type ReadSettings } from '../../../../interop/runs/read-settings.ts'
import { readRegular } from '../../../../platform/files/read-regular.ts'
import { problemOf } from './read-all.ts'

const MAX_CONFIG_BYTES = 262_144
/** Aliases multiply what a text holds. */
const MAX_ALIASES = 100

interface ConfigReading extends ReadSettings {
  /** Null: it was read. */
  readonly problem: MessageDescriptor | null
}

const nothing: Omit<ConfigReading, 'problem'> = { settings: {}, isCut: false }

/** The text of a small file. @throws as the file system does, AppError */
export function smallText(file: string, limit = MAX_CONFIG_BYTES): string {
  return readRegular(file, limit).toString('utf8')
}

/**
 * A configuration in YAML, JSON or simple TOML. Tags of Python are not followed: nothing is built, and nothing runs.
 * @param pick takes the settings out of what the file holds
 */
export function readConfigFile(
  file: string,
  pick: (value: unknown) => ReadSettings = flattenSettings,
): ConfigReading {
  let text: string
  try {
    text = smallText(file)
  } catch (error) {
    return { ...nothing, problem: problemOf(error, file) }
  }
  if (path.extname(file) === '.toml') {
    const { settings, unread } = readConfig(text, file)
    const flat = flattenSettings(
      Object.fromEntries(
        settings.map(({ location, value }) => [location.slice(location.indexOf(': ') + 2), value]),
      ),
    )
    return { ...flat, problem: unread[0]?.reason ?? null }
  }
  const value = path.extname(file) === '.json' ? parsePythonJson(text) : parseYaml(text)
  return value === undefined
    ? { ...nothing, problem: msg('rule.import.config') }
    : { ...pick(value), problem: null }
}

/** What a text in YAML holds; undefined where it is none. */
export function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' })
    if (document.errors.length > 0) return undefined
    return (document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown) ?? null
  } catch {
    // Too deep, or with too many aliases.
    return undefined
  }
}
