import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { writeOutput } from '../../../platform/files/write-output.ts'
import type { CopiedKit, KitName } from '../common/kits.ts'
import { findInterpreter } from './find-interpreter.ts'

const kitsFolder = new URL('../../../../resources/kits/', import.meta.url)
const helper = new URL('../../../../resources/samples/programs/tunewright.py', import.meta.url)

/** The study file of every kit. */
const STUDY = 'study.yaml'

/**
 * Writes the files of a kit and the Python helper into a folder, with the Python of that folder in the study file. Nothing is overwritten:
 * if one of the files is there, none is written.
 * @returns absolute paths, the study file first
 * @throws AppError `file.exists`, `file.unwritable`
 */
export async function copyKit(name: KitName, folder: string): Promise<readonly string[]> {
  const source = new URL(`${name}/`, kitsFolder)
  const study = withInterpreter(readFileSync(new URL(STUDY, source), 'utf8'), folder)
  const others = readdirSync(source)
    .filter(file => file !== STUDY)
    .sort()
    .map(file => [path.join(folder, file), readFileSync(new URL(file, source))] as const)
  const contents: readonly (readonly [string, string | Buffer])[] = [
    [path.join(folder, STUDY), study],
    ...others,
    [path.join(folder, 'tunewright.py'), readFileSync(helper)],
  ]
  for (const [file] of contents)
    if (existsSync(file))
      throw new AppError('file.exists', { path: file, rule: msg('rule.kitFiles') })
  for (const [file, content] of contents) await writeOutput(file, content, false)
  return contents.map(([file]) => file)
}

/**
 * Copies a kit as {@link copyKit} does, with a study file that holds wherever it is read.
 * @param another whether a folder that is there is left alone, and one beside it is made
 */
export async function copyKitForForm(
  name: KitName,
  folder: string,
  another: boolean,
): Promise<CopiedKit> {
  let free = folder
  for (let count = 2; another && existsSync(free); count += 1) free = `${folder}-${count}`
  const [study = ''] = await copyKit(name, free)
  const text = readFileSync(study, 'utf8')
  const directory = `objective:\n  directory: ${JSON.stringify(free)}\n`
  return { folder: free, studyFile: text.replace('objective:\n', () => directory) }
}

/** The study file of a kit starts `python3`; one that is written starts the Python of its folder. */
function withInterpreter(study: string, folder: string): string {
  const { platform, env: environment } = process
  const { interpreter } = findInterpreter({ folder, text: '', platform, environment })
  const words = interpreter.map(word => (/^[\w./-]+$/.test(word) ? word : JSON.stringify(word)))
  return study.replace('command: [python3, ', () => `command: [${words.join(', ')}, `)
}
