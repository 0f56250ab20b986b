import { audioTask } from '../../../src-main/core/tasks/audio/audio.ts'
import { imageTask } from '../../../src-main/core/tasks/image/image.ts'
import { taskDefinitions, type TaskName } from '../../../src-main/core/tasks/registry.ts'
import { tabularTask } from '../../../src-main/core/tasks/tabular/tabular.ts'
import { textTask } from '../../../src-main/core/tasks/text/text.ts'
import { type Draft, firstDraft, objectOf } from './draft.ts'
import { ownValue } from '../../../src-main/core/values/named-values.ts'

/** Tasks that train on data of a person, as the form lists them. */
const listedTasks = [tabularTask, imageTask, textTask, audioTask] as const
export const dataTasks = listedTasks.map(({ name }) => name)
export type DataTask = TaskName

function endingOf(name: string): string {
  return /\.(?<ending>\w+)(?:\.gz)?$/.exec(name.toLowerCase())?.groups?.['ending'] ?? ''
}

/** The kind of data in files, by their names; null where those do not tell. */
export function taskOfNames(names: readonly string[]): DataTask | null {
  for (const name of names) {
    const task = listedTasks.find(({ fileEndings }) => fileEndings.includes(endingOf(name)))
    if (task !== undefined) return task.name
  }
  return null
}

/** Whether a file is a table, by its name. */
function isTableName(path: string): boolean {
  const task = path === '' ? null : taskOfNames([path])
  return task !== null && taskDefinitions[task].dataKind === 'table'
}

/** The task of files by their names, where another one is chosen: that takes tables too, where it can. */
export function taskForNames(names: readonly string[], chosen: DataTask): DataTask {
  const named = taskOfNames(names) ?? chosen
  const isTable = ownValue(taskDefinitions, named)?.dataKind === 'table'
  return isTable && ownValue(taskDefinitions, chosen)?.table !== undefined ? chosen : named
}

export function isStudyFileName(name: string): boolean {
  return ['yaml', 'yml', 'json'].includes(endingOf(name))
}

/** The objective that trains on a file or folder. */
export function objectiveOfData(task: DataTask, path: string): Draft {
  const { startingData } = ownValue(taskDefinitions, task) ?? imageTask
  return { task, data: startingData(path, isTableName(path)) }
}

/** The objective that trains on the data that come with the application; null for a task without. */
export function objectiveOfSample(task: DataTask): Draft | null {
  const sampleData = ownValue(taskDefinitions, task)?.sampleData
  return sampleData === undefined ? null : { task, data: sampleData }
}

/** Without its folder. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? ''
}

/** A name for a study over a file: that of the file, without its folder and ending. */
export function nameOfData(path: string): string {
  return fileName(path)
    .replace(/(\.\w{1,8}){1,2}$/, '')
    .trim()
}

/**
 * Whether a study has the name that a form gave it, which may follow other data.
 * @param file that the form had before; empty: none
 */
export function isGivenName(name: string, file: string): boolean {
  const dataName = nameOfData(file)
  const ending = name.startsWith(dataName) ? name.slice(dataName.length) : null
  return (
    name === firstDraft['name'] || (dataName !== '' && ending !== null && /^(-\d+)?$/.test(ending))
  )
}

/** The file of a draft's data; empty where it has none. */
export function dataFileOf(draft: Draft): string {
  const file = objectOf(objectOf(draft['objective'])['data'])['file']
  return typeof file === 'string' ? file : ''
}

/** Pasted text that is a table: some lines with the same number of the same separator. */
export function looksLikeTable(text: string): boolean {
  const lines = text.trim().split(/\r?\n/).slice(0, 20)
  if (lines.length < 3) return false
  return ['\t', ';', ','].some(sign => {
    const counts = lines.map(line => line.split(sign).length)
    return (counts[0] ?? 0) > 1 && counts.every(count => count === counts[0])
  })
}
