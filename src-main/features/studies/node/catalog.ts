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
      return { name: name.replace(/\.yaml$/, ''), needsData, ...inLanguage(source, language) }
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

/**
 * A study file with the comment at its head in one language.
 * @returns `description`: the comment as one paragraph
 */
export function inLanguage(
  source: string,
  language: Language,
): Pick<SampleStudy, 'source' | 'description'> {
  const lines = source.split('\n')
  const headLength = lines.findIndex(line => !line.startsWith('#'))
  const comments = lines.slice(0, headLength).map(line => line.replace(/^#\s*/, ''))
  // Lines that begin with a tag, such as `zh-CN:`, are another language's than English.
  const isTagged = (comment: string): boolean =>
    languages.some(tag => comment.startsWith(`${tag}: `))
  const translated = comments
    .filter(comment => comment.startsWith(`${language}: `))
    .map(comment => comment.slice(`${language}: `.length))
  const isTranslated = translated.length > 0
  const head = isTranslated ? translated : comments.filter(comment => !isTagged(comment))
  return {
    description: head.join(isTranslated ? '' : ' '),
    source: [...head.map(comment => `# ${comment}`), ...lines.slice(headLength)].join('\n'),
  }
}
