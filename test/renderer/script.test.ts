import { afterEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import { kitNames, kits } from '../../src-main/features/script/common/kits.ts'
import type {
  HelpRun,
  ProposedSetting,
  ScriptProposal,
} from '../../src-main/core/study/script-proposal.ts'
import { takenScript } from '../../src-renderer/composables/use-taken-files.ts'
import { type Mounted, pass, settle, t, zh } from './mount.ts'
import { canCreate, file, problemsOf, review, verdict, view } from './new-study-page.ts'

const setting = (location: string, change: Partial<ProposedSetting> = {}): ProposedSetting => ({
  location,
  file: 'train.py',
  line: 3,
  written: '0.1',
  role: 'hyperparameter',
  reason: msg('script.hyperparameter', { name: location, kind: 'learningRate' }),
  route: 'argument',
  parameter: location.replaceAll('-', ''),
  word: `${location}={${location.replaceAll('-', '')}}`,
  wordBefore: null,
  wordAfter: null,
  entry: { float: [0.01, 1], log: true },
  current: 0.1,
  ...change,
})
const fixed = (location: string, change: Partial<ProposedSetting> = {}): ProposedSetting =>
  setting(location, {
    role: 'fixed',
    entry: null,
    reason: msg('script.fixed.unknown', { name: location }),
    ...change,
  })

const proposal: ScriptProposal = {
  commands: null,
  script: 'train.py',
  folder: '/project',
  helpCommand: null,
  interpreter: { words: ['python3'], reason: msg('script.interpreter.default') },
  studyFile: `name: train
objective:
  command: [python3, train.py, '--lr={lr}', '--wd={wd}']
  directory: /project
  metrics: { from: pattern, pattern: 'val_loss: (?<val_loss>\\S+)' }
goals: [{ metric: val_loss, direction: minimize }]
space:
  # of line 3
  lr: { float: [0.01, 1], log: true }
  wd: { float: [0.01, 1], log: true }
currentConfiguration: { lr: 0.1, wd: 0.1 }
stop: { trials: 50 }
`,
  settings: [
    setting('--lr'),
    setting('--wd'),
    setting('--nesterov', {
      route: null,
      parameter: null,
      word: null,
      entry: null,
      written: 'False',
    }),
    fixed('--patience', { written: '4', current: null }),
    fixed('--key', { written: null, parameter: null, word: null, route: null }),
    fixed('--seed', { role: 'seed', written: '1' }),
  ],
  metric: {
    name: 'val_loss',
    direction: 'minimize',
    file: 'train.py',
    line: 9,
    reason: msg('script.metric.validation', { name: 'val_loss' }),
    from: 'output',
  },
  unread: [{ file: 'train.py', line: 7, reason: msg('script.unread.value') }],
  launcher: { name: 'tunewright_run.py', isNeeded: false, isThere: false },
}

type Back = NonNullable<Parameters<typeof view>[0]>['back']

async function programForm(back: Back, language: 'en' | 'zh-CN' = 'en'): Promise<Mounted> {
  const part = await view({ back: { 'script.describe': proposal, ...back }, language }, false)
  await part.wrapper.find('input[value=program]').setValue(true)
  await pass(400)
  return part
}

async function readByPath(part: Mounted, path = '/project/train.py'): Promise<void> {
  await part.type(t('script.path'), path)
  await pass(400)
}

const draftOf = (part: Mounted) =>
  parse(part.value(file)) as Readonly<Record<'objective' | 'space', Record<string, unknown>>> &
    Record<string, unknown>

afterEach(() => {
  takenScript.value = null
  vi.unstubAllGlobals()
})

it('fills the form with what was read, and says of each guess where and why', async () => {
  const part = await programForm({})
  await readByPath(part)
  expect(part.requests('script.describe')).toEqual([{ path: '/project/train.py', language: 'en' }])
  expect(part.value(file)).toContain('# of line 3')
  expect(draftOf(part).objective['directory']).toBe('/project')
  expect(canCreate(part)).toBe(true)
  const rows = part.wrapper.findAll('section.script tbody tr').map(row => row.text())
  expect(rows[0]).toContain('--lr')
  expect(rows[0]).toContain(t('script.place', { file: 'train.py', line: 3 }))
  expect(rows[0]).toContain(t.format(proposal.settings[0]?.reason ?? msg('script.no')))
  expect(rows[2]).toContain(t('script.route.none'))
  expect(part.text()).toContain(t.format(msg('script.unread.value')))
  expect(part.text()).toContain(t('script.searchedOf', { searched: 2, count: 3 }))
})

it('takes a guess back, and searches another number, by a switch', async () => {
  const part = await programForm({})
  await readByPath(part)
  const flip = async (name: string): Promise<void> => {
    const [control] = part.wrapper.findAll(`[aria-label="${t('script.searchFor', { name })}"]`)
    await control?.trigger('click')
    await pass(400)
  }
  await flip('--wd')
  expect(draftOf(part)).toMatchObject({
    objective: { command: ['python3', 'train.py', '--lr={lr}'] },
    currentConfiguration: { lr: 0.1 },
  })
  expect(Object.keys(draftOf(part).space)).toEqual(['lr'])
  await flip('--patience')
  expect(draftOf(part).objective['command']).toContain('--patience={patience}')
  expect(Object.keys(draftOf(part).space)).toEqual(['lr', 'patience'])
  expect(canCreate(part)).toBe(true)
  await flip('--lr')
  await flip('--patience')
  expect(canCreate(part)).toBe(false)
  await flip('--lr')
  expect(draftOf(part).space['lr']).toEqual({ float: [0.01, 1], log: true })
  // Neither what looks secret nor the seed can be searched.
  for (const name of ['--key', '--seed', '--nesterov'])
    expect(part.wrapper.find(`[aria-label="${t('script.searchFor', { name })}"]`).exists()).toBe(
      false,
    )
})

it('says what it could not take, beside the choice, and leaves the form as it is', async () => {
  const rule = msg('rule.notebook', { command: 'jupyter nbconvert --to script a.ipynb' })
  const detail = { path: '/project/a.ipynb', field: 'path', value: 'a.ipynb', rule }
  const part = await programForm({ 'script.describe': new AppError('data.invalid', detail) })
  const before = part.value(file)
  await readByPath(part, '/project/a.ipynb')
  expect(part.wrapper.find('[role=alert]').text()).toBe(
    t('list.named', { name: 'a.ipynb', value: rule }),
  )
  expect(part.value(file)).toBe(before)
})

it('puts the launcher beside a script after a press alone', async () => {
  const launcher = { ...proposal.launcher, isNeeded: true }
  const word = '--set=train.py:3:LR={lr}'
  const studyFile = proposal.studyFile.replace(
    /command: .*/,
    `command: [python3, tunewright_run.py, '${word}', train.py, '--wd={wd}']`,
  )
  const settings = [setting('LR', { route: 'patch', parameter: 'lr', word }), setting('--wd')]
  const part = await programForm({
    'script.describe': { ...proposal, studyFile, settings, launcher },
  })
  await readByPath(part)
  expect(part.requests('script.copyLauncher')).toEqual([])
  expect(part.text()).toContain(t('script.launcherNeeded', { launcher: launcher.name }))
  await part.press(t('script.copyLauncher', { launcher: launcher.name }))
  await pass(400)
  expect(part.requests('script.copyLauncher')).toEqual([{ path: '/project/train.py' }])
  expect(part.text()).not.toContain(t('script.launcherNeeded', { launcher: launcher.name }))
})

it('says what helps where nothing was recognized', async () => {
  const part = await programForm({
    'script.describe': { ...proposal, settings: [], metric: null, unread: [] },
  })
  await readByPath(part)
  expect(part.text()).toContain(t('script.nothing'))
  expect(part.text()).toContain(t('script.noMetric'))
})

it('is not started without a metric: that is said beside its field, and one is chosen from a test run', async () => {
  const studyFile = proposal.studyFile
    .replace(/ {2}metrics: .*\n/, '')
    .replace('metric: val_loss', "metric: ''")
  const output = { text: 'epoch 3 accuracy 0.75\n', patterns: [] }
  const part = await programForm({
    'script.describe': { ...proposal, studyFile, metric: null },
    'study.dryRun': {
      parameters: {},
      engine: null,
      measuredMs: 2_000,
      hasStarted: true,
      steps: 0,
      startMs: 0,
      trialMs: null,
      failure: null,
      unreadGoals: ['loss'],
      loggedMetrics: [],
      output,
      trialsWithin: null,
      studyMs: null,
    },
    'study.forecast': { message: msg('newStudy.valid'), isTooLarge: false },
  })
  await readByPath(part)
  const goals = part.wrapper.find('.goals')
  expect(canCreate(part)).toBe(false)
  expect(canCreate(part, 'newStudy.createOnly')).toBe(false)
  expect(goals.text()).toContain(t('newStudy.noMetric'))
  expect(review(part).find('.problems').text()).toBe(t('newStudy.noMetric'))
  await part.press(t('planning.dryRun'))
  await pass(400)
  const [{ text }] = part.requests('study.dryRun') as [{ text: string }]
  expect(problemsOf(text)).toEqual([])
  expect(part.value(file)).not.toBe(text)
  expect(part.requests('study.create')).toEqual([])
  await part.wrapper.find('.output button').trigger('click')
  await pass(400)
  expect(draftOf(part)['goals']).toEqual([{ metric: 'accuracy', direction: 'maximize' }])
  expect(goals.text()).not.toContain(t('newStudy.noMetric'))
  expect(canCreate(part)).toBe(true)
})

it('says so in Chinese once a metric is taken away, and leads to its field', async () => {
  const part = await programForm({}, 'zh-CN')
  await part.type(zh('script.path'), '/project/train.py')
  await pass(400)
  await part.type(zh('programs.metric'), '')
  await pass(400)
  const problem = review(part).find('.problems button')
  expect(problem.text()).toBe(zh('newStudy.noMetric'))
  await problem.trigger('click')
  expect(document.activeElement?.getAttribute('aria-label')).toBe(zh('programs.metric'))
})

/** The web host takes whatever is sent. */
function stubUpload(): string[] {
  const sent: string[] = []
  class Request {
    upload = {}
    status = 200
    responseText = ''
    onload = () => undefined
    setRequestHeader = () => undefined
    abort = () => undefined
    open(_method: string, url: string) {
      const target = new URL(url, 'http://localhost').searchParams.get('path') ?? ''
      const [, ...below] = target.split('/')
      sent.push(below.join('/'))
      this.responseText = JSON.stringify({ path: ['/uploads/batch', ...below].join('/') })
    }
    send() {
      this.onload()
    }
  }
  vi.stubGlobal('XMLHttpRequest', Request)
  return sent
}

it('asks which file of a dropped project starts the others, where none says so', async () => {
  const sent = stubUpload()
  const part = await programForm({})
  takenScript.value = ['a.py', 'b.py', 'data/rows.csv'].map(within => ({
    file: new File(['1'], within.split('/').at(-1) ?? ''),
    within: `project/${within}`,
  }))
  await settle()
  await pass(400)
  expect(sent).toEqual(['project/a.py', 'project/b.py', 'project/data/rows.csv'])
  expect(part.requests('script.describe')).toEqual([])
  await part.press('b.py')
  await pass(400)
  expect(part.requests('script.describe')).toEqual([
    { path: '/uploads/batch/project/b.py', language: 'en' },
  ])
  expect(part.text()).toContain(t('script.isCopy'))
})

it('sends no notebook', async () => {
  const sent = stubUpload()
  const part = await programForm({})
  takenScript.value = [{ file: new File(['{}'], 'a.ipynb'), within: '' }]
  await settle()
  await pass(400)
  expect(sent).toEqual([])
  expect(part.wrapper.find('[role=alert]').text()).toContain(
    'jupyter nbconvert --to script a.ipynb',
  )
})

describe('a program that is no Python script', () => {
  const fingerprint = 'a'.repeat(64)
  const run: HelpRun = {
    command: 'Rscript train.R --help',
    code: {
      kind: 'command',
      command: ['Rscript', 'train.R', '--help'],
      shell: false,
      directory: '/project',
      environment: {},
      files: [{ path: '/project/train.R', sha256: 'b'.repeat(64) }],
      programs: [],
      executor: [],
      fingerprint,
      notCovered: [],
      missing: [],
      texts: [{ path: '/project/train.R', text: 'library(optparse)', leftOutBytes: 0 }],
    },
  }
  const read: ScriptProposal = {
    ...proposal,
    script: 'train.R',
    helpCommand: run.command,
    studyFile: proposal.studyFile.replace(
      /command: .*/,
      "command: [Rscript, train.R, '--lr={lr}', '-w', '{wd}']",
    ),
    settings: [setting('--lr'), setting('-w', { parameter: 'wd', word: '{wd}', wordBefore: '-w' })],
    metric: null,
    unread: [],
  }
  const back = { 'script.helpCode': run, 'script.runHelp': read }

  it('is shown and explained, and runs after a press alone', async () => {
    const part = await programForm(back)
    const before = part.value(file)
    await readByPath(part, '/project/train.R')
    expect(part.requests('script.helpCode')).toEqual([{ path: '/project/train.R' }])
    expect(part.requests('script.runHelp')).toEqual([])
    expect(part.requests('script.describe')).toEqual([])
    expect(part.text()).toContain(t('script.help.explain', { name: 'train.R' }))
    expect(part.text()).toContain(run.command)
    expect(part.text()).toContain('library(optparse)')
    expect(part.value(file)).toBe(before)
    await part.press(t('script.help.run'))
    await pass(400)
    expect(part.requests('script.runHelp')).toEqual([
      { path: '/project/train.R', language: 'en', fingerprint },
    ])
    expect(draftOf(part).objective['command']).toContain('-w')
    expect(part.text()).toContain(t('script.asked', { command: run.command }))
    expect(part.text()).toContain(t('script.noMetricHelp'))
    expect(part.text()).not.toContain(t('script.help.explain', { name: 'train.R' }))
  })

  it('does not run where a person says no', async () => {
    const part = await programForm(back)
    await readByPath(part, '/project/train.R')
    await part.press(t('trust.refuse'))
    await pass(400)
    expect(part.text()).not.toContain(t('script.help.explain', { name: 'train.R' }))
    expect(part.requests('script.runHelp')).toEqual([])
  })

  it('says beside the question why nothing could be read', async () => {
    const reason = msg('script.noHelp.tooLong', { seconds: 60 })
    const part = await programForm({
      ...back,
      'script.runHelp': new AppError('script.noHelp', { command: run.command, reason }),
    })
    await readByPath(part, '/project/train.R')
    await part.press(t('script.help.run'))
    await pass(400)
    expect(part.wrapper.find('[role=alert]').text()).toContain(t.format(reason))
  })

  it('is asked about its subcommand before that is run', async () => {
    const part = await programForm({
      ...back,
      'script.runHelp': { ...read, commands: { names: ['train'], started: null } },
    })
    await readByPath(part, '/project/train.R')
    await part.press(t('script.help.run'))
    await pass(400)
    await part.choose(t('script.subcommand'), 'train')
    await pass(400)
    expect(part.requests('script.runHelp')).toHaveLength(1)
    await part.press(t('script.help.run'))
    await pass(400)
    const named = { path: '/project/train.R', subcommand: 'train' }
    expect(part.requests('script.helpCode')[1]).toEqual(named)
    expect(part.requests('script.runHelp')[1]).toEqual({ ...named, language: 'en', fingerprint })
  })

  it('is asked about again before it runs again', async () => {
    const part = await programForm(back)
    await readByPath(part, '/project/train.R')
    await part.press(t('script.help.run'))
    await pass(400)
    await part.press(t('script.readAgain'))
    await pass(400)
    expect(part.requests('script.runHelp')).toHaveLength(1)
    expect(part.requests('script.helpCode')).toHaveLength(2)
    expect(part.text()).toContain(t('script.help.explain', { name: 'train.R' }))
  })
})

it('is read again with another subcommand, where it has some', async () => {
  const commands = { names: ['train', 'evaluate'], started: 'train' }
  const part = await programForm({ 'script.describe': { ...proposal, commands } })
  await readByPath(part)
  await part.choose(t('script.subcommand'), 'evaluate')
  await pass(400)
  expect(part.requests('script.describe')).toEqual([
    { path: '/project/train.py', language: 'en' },
    { path: '/project/train.py', language: 'en', subcommand: 'evaluate' },
  ])
})

describe('a kit', () => {
  const folder = '/uploads/kits/xgboost'
  const studyFile = proposal.studyFile
    .replace('name: train', 'name: xgboost')
    .replace('/project', folder)
  const copy = async (part: Mounted): Promise<void> => {
    await part.press(t('kit.copyNamed', { title: 'XGBoost' }))
    await pass(400)
  }

  it('is copied by a press, fills the form, and says what it needs', async () => {
    const part = await programForm({ 'script.copyKit': { folder, studyFile } })
    const list = part.wrapper.find('table.kits')
    for (const name of kitNames) expect(list.text()).toContain(t(`kit.about.${name}`))
    const unsloth = list.findAll('tbody tr').find(row => row.text().includes('Unsloth'))
    expect(unsloth?.text()).toContain(t('kit.sample'))
    expect(part.requests('script.copyKit')).toEqual([])
    await copy(part)
    expect(part.requests('script.copyKit')).toEqual([{ kit: 'xgboost', folder: null }])
    expect(draftOf(part)['name']).toBe('xgboost')
    expect(draftOf(part).objective['directory']).toBe(folder)
    expect(part.value(file)).toContain('# of line 3')
    expect(part.text()).toContain(t('kit.copied', { title: 'XGBoost', folder }))
    expect(part.text()).toContain(`pip install ${kits.xgboost.packages.join(' ')}`)
    expect(canCreate(part)).toBe(true)
  })

  it('goes where a person says, and says why it did not', async () => {
    const detail = { path: '/mine/train.py', rule: msg('rule.kitFiles') }
    const part = await programForm({ 'script.copyKit': new AppError('file.exists', detail) })
    const before = part.value(file)
    await part.type(t('kit.folder'), ' /mine ')
    await copy(part)
    expect(part.requests('script.copyKit')).toEqual([{ kit: 'xgboost', folder: '/mine' }])
    expect(part.wrapper.find('[role=alert]').text()).toContain('/mine/train.py')
    expect(part.value(file)).toBe(before)
    expect(part.text()).not.toContain(`pip install ${kits.xgboost.packages.join(' ')}`)
  })
})

it('is the same in Chinese', async () => {
  const part = await programForm({}, 'zh-CN')
  await part.type(zh('script.path'), '/project/train.py')
  await pass(400)
  expect(part.requests('script.describe')).toEqual([
    { path: '/project/train.py', language: 'zh-CN' },
  ])
  expect(part.text()).toContain(zh('script.searchedOf', { searched: 2, count: 3 }))
  expect(verdict(part)).toBe(zh('newStudy.valid'))
})
