import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Catalog, SampleStudy } from '../common/rows.ts'
import { engineNames } from '../../../core/machine/engines/registry.ts'
import { type Language, languages } from '../../../core/i18n/language.ts'
import { studySpecificationSchema } from '../../../core/study/study-specification.ts'
import { pruners } from '../../../search/pruners/registry.ts'
import { samplers } from '../../../search/samplers/registry.ts'
import {
  functionNames,
  functionSettingsSchema,
} from '../../../training/objectives/function-settings.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import { optionsJsonSchema } from './study-json-schema.ts'

export const samplesFolder = new URL('../../../../resources/samples/', import.meta.url)

/** Everything that a study can be made of, with the schemas that forms are built from. */
export function describeCatalog(): Catalog {
  return {
    tasks: Object.values(tasks).map(({ name, settingsSchema }) => ({
      name,
      schema: optionsJsonSchema(settingsSchema),
    })),
    functions: functionNames,
    functionSchema: optionsJsonSchema(functionSettingsSchema),
    studySchema: optionsJsonSchema(studySpecificationSchema),
    samplers: Object.values(samplers).map(({ name, optionsSchema }) => ({
      name,
      schema: optionsJsonSchema(optionsSchema),
    })),
    pruners: Object.values(pruners).map(({ name, optionsSchema }) => ({
      name,
      schema: optionsJsonSchema(optionsSchema),
    })),
    engines: engineNames,
  }
}

/** The study files that come with the application; the comment at the head of each describes it. */
export async function listSamples(language: Language): Promise<SampleStudy[]> {
  const names = (await readdir(samplesFolder)).filter(name => name.endsWith('.yaml')).sort()
  return Promise.all(
    names.map(async name => {
      const text = await readFile(new URL(name, samplesFolder), 'utf8')
      const { source, needsData } = withOwnFiles(text)
      const description = headOf(source, language)
      return { name: name.replace(/\.yaml$/, ''), description, source, needsData }
    }),
  )
}

/** The same with the whole path of each data file that lies beside it; `needsData`: one does not. */
function withOwnFiles(text: string): Pick<SampleStudy, 'source' | 'needsData'> {
  let needsData = false
  const source = text.replaceAll(
    /\b(?<key>file|folders): (?<name>[\w.-]+)/g,
    (whole, key: string, name: string) => {
      const file = fileURLToPath(new URL(name, samplesFolder))
      if (existsSync(file)) return `${key}: ${JSON.stringify(file)}`
      needsData = true
      return whole
    },
  )
  return { source, needsData }
}

/** Comment lines before the first key, in English; those that begin with a tag, such as `zh-CN:`, are another language's. */
function headOf(source: string, language: Language): string {
  const lines = source.split('\n')
  const head = lines.slice(
    0,
    lines.findIndex(line => !line.startsWith('#')),
  )
  const tagged = languages.map(tag => `# ${tag}: `)
  const languageLines = head.filter(line => line.startsWith(`# ${language}: `))
  if (languageLines.length > 0)
    return languageLines.map(line => line.replace(`# ${language}: `, '')).join('')
  return head
    .filter(line => !tagged.some(tag => line.startsWith(tag)))
    .map(line => line.replace(/^#\s*/, ''))
    .join(' ')
}
