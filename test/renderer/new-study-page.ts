import { vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { describeCatalog } from '../../src-main/features/studies/node/catalog.ts'
import type {
  Catalog,
  ObjectiveDescription,
  StudyCheck,
} from '../../src-main/features/studies/common/rows.ts'
import type { JsonObject } from '../../src-main/core/values/json.ts'
import { formatPath, type Problem } from '../../src-main/core/errors/problem.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { checkStudyText } from '../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../src-main/training/tasks/registry.ts'
import NewStudyView from '../../src-renderer/views/NewStudyView.vue'
import { studyDetail, studyRow } from './live-study.ts'
import { holdTime, type Mounted, mountPart, pass, settle, t } from './mount.ts'

export const file = t('newStudy.file')
export const name = t('newStudy.name')
export function check(text: string): StudyCheck {
  return checkStudyText(text, 'yaml', { tasks })
}
export function problemsOf(text: string): readonly Problem[] {
  const checked = check(text)
  return checked.ok ? [] : checked.problems
}

export function describeObjective({
  objective,
}: {
  objective: Record<string, unknown>
}): ObjectiveDescription {
  if ('function' in objective) {
    const metrics = [{ metric: 'loss', direction: 'minimize' as const }]
    return {
      ok: true,
      metrics,
      space: { x0: { float: [-5, 10] } },
      folds: 1,
      further: {},
      dataRead: true,
    }
  }
  if ('command' in objective) {
    return {
      ok: true,
      metrics: [],
      space: { learningRate: { float: [0, 1] } },
      folds: 1,
      further: {},
      dataRead: true,
    }
  }
  const metrics = [
    { metric: 'trainLoss', direction: 'minimize' as const },
    { metric: 'validationAccuracy', direction: 'maximize' as const },
  ]
  return {
    ok: true,
    metrics,
    space: { dropout: { float: [0, 0.5] } },
    folds: 1,
    further: {},
    dataRead: true,
  }
}
/** The real one, with less to choose from: what is drawn costs time. */
const whole = describeCatalog()
const few = <One extends { readonly name: string }>(all: readonly One[], names: string): One[] =>
  all.filter(candidate => names.split(' ').includes(candidate.name))
const parts = Object.entries((whole.studySchema['properties'] ?? {}) as JsonObject)
const catalog: Catalog = {
  ...whole,
  tasks: few(whole.tasks, 'image tabular'),
  functions: ['branin'],
  samplers: few(whole.samplers, 'auto tpe'),
  pruners: few(whole.pruners, 'none median'),
  studySchema: {
    ...whole.studySchema,
    properties: Object.fromEntries(parts.filter(([key]) => /^(objective|stop|folds)$/.test(key))),
  },
}
export const branin = `# my comment
name: mine # kept
objective: { function: branin }
goals: [{ metric: loss, direction: minimize }]
space:
  x0: { float: [-5, 10] }
stop: { trials: 20 }
`
const back = {
  'app.catalog': catalog,
  'app.samples': [{ name: 'branin', description: 'A sample', source: branin, needsData: false }],
  'objective.describe': describeObjective,
  'study.check': ({ text }: { text: string }) => check(text),
  'study.checkData': { state: 'read', problems: [], dataset: null } as const,
  'study.list': [studyRow(3, { name: 'mine' })],
  'study.get': studyDetail({}, { id: 3, name: 'mine', source: branin }),
  'study.create': { studyId: 9 },
}

/** A visit to another screen and back is another instance over the same stores. */
const Visited = defineComponent({
  props: ['modelValue'],
  setup: props => () => (props.modelValue === true ? h(NewStudyView) : null),
})

export async function view(
  change: Parameters<typeof mountPart>[1] = {},
  hasData = true,
): Promise<Mounted> {
  holdTime()
  const part = mountPart(Visited, {
    props: { modelValue: false },
    ...change,
    back: { ...back, ...change.back },
  })
  // The address is there first.
  await settle()
  await part.give(true)
  await pass(400)
  await part.press(createTranslate(change.language ?? 'en')('newStudy.editFile'))
  if (hasData) await chooseImages(part, change.language)
  return part
}
/** Data that come with the application. */
export async function chooseImages(part: Mounted, language: 'en' | 'zh-CN' = 'en'): Promise<void> {
  // The form arrives with a load of its own, which takes its time beside other work.
  const image = await vi.waitFor(() => part.wrapper.get('input[value=image]'))
  await image.setValue(true)
  await part.press(createTranslate(language)('newStudy.useMnist'))
  await pass(400)
}
export async function editText(part: Mounted, edit: (text: string) => string): Promise<void> {
  await part.type(file, edit(part.value(file)))
  await pass(400)
}
export function lineOf({ path, rule }: Problem, translate = t): string {
  return translate('list.named', { name: formatPath(path), value: translate.format(rule) })
}
export function canCreate(
  part: Mounted,
  key: 'newStudy.create' | 'newStudy.createOnly' = 'newStudy.create',
): boolean {
  return part.button(t(key)).attributes('disabled') === undefined
}
export function review(part: Mounted): ReturnType<Mounted['field']> {
  return part.wrapper.find('footer')
}
export function verdict(part: Mounted): string {
  return review(part).find('.verdict').text()
}
