import type { Fact } from '../fact.ts'
import type { AppError, ErrorCode, ErrorDetails } from '../errors.ts'
import { createTranslate } from '../../i18n/translate.ts'
import { formatPath } from '../problem.ts'
import type { Language } from '../../i18n/language.ts'

/** One text per error code: what happened, with the field, the value and the rule, and what to do. */
type ErrorTexts = { readonly [Code in ErrorCode]: (detail: ErrorDetails[Code]) => string }

const english: ErrorTexts = {
  'usage.invalid': ({ reason }) => reason,
  'specification.invalid': ({ file, problems }) =>
    `${problems.length === 1 ? 'One problem' : `${problems.length} problems`} in ${file ?? 'the study file'}. Nothing was created.`,
  'page.notBuilt': ({ path, command }) =>
    `The page is not built: ${path} is missing. Run "${command}" first.`,
  'study.busy': () => 'This study is being verified already.',
  'file.notFound': ({ path, field }) => `File not found: ${path} (${field}).`,
  'file.unreadable': ({ path, reason }) => `File cannot be read: ${path}. ${reason}`,
  'file.exists': ({ path, rule }) => `File exists: ${path}. ${rule}`,
  'file.unwritable': ({ path, reason }) => `File cannot be written: ${path}. ${reason}`,
  'data.invalid': ({ path, field, value, rule, line }) =>
    `Data cannot be used: ${path}${line === undefined ? '' : `, line ${line}`}: ${field} = ${JSON.stringify(value)}: ${said(rule, 'en')}.`,
  'dataset.notFound': ({ dataset }) => `No data set ${dataset} in this database or the cache.`,
  'dataset.inUse': ({ studies }) => `The data set is used by ${studies.join(', ')}.`,
  'database.locked': ({ path, reason }) =>
    `Database is in use by another process: ${path}. ${reason}`,
  'database.future': ({ path, found, supported }) =>
    `Database ${path} was written by a newer version (format ${found}, supported up to ${supported}).`,
  'database.corrupt': ({ path, reason }) =>
    `Database is damaged, or no Tunewright database: ${path}. ${reason}`,
  'database.full': ({ path, reason }) =>
    `Disk is full: ${path}. ${reason} Everything acknowledged is stored; free space, then resume.`,
  'database.readOnly': ({ path, reason }) => `Database cannot be written: ${path}. ${reason}`,
  'database.migrationFailed': ({ path, from, to, reason }) =>
    `Database ${path} could not be brought from format ${from} to ${to} and is unchanged. ${reason}`,
  'study.notFound': ({ study }) => `No study "${study}" in this database.`,
  'study.exists': ({ study }) =>
    `A study "${study}" exists. Resume it, or give the new one another name.`,
  'study.finished': ({ study, state }) => `Study "${study}" has nothing left to run: ${state}.`,
  'study.running': ({ study }) => `Study "${study}" is running already.`,
  'study.notRunning': ({ study }) => `Study "${study}" is not running here.`,
  'study.external': ({ study }) =>
    `Trials of study "${study}" are evaluated by another program; it goes on with "tunewright suggest".`,
  'study.noTrials': ({ study, rule }) => `Study "${study}": ${rule}.`,
  'trial.notFound': ({ study, number }) => `Study "${study}" has no trial ${number}.`,
  'trial.finished': ({ study, number, state }) =>
    `Trial ${number} of study "${study}" is ${state} and cannot change.`,
  'intervention.refused': ({ study, rule }) => `Study "${study}": ${said(rule, 'en')}.`,
  'engine.unavailable': ({ engine, reason }) => `Engine ${engine} cannot be used: ${reason}`,
  'engine.installing': ({ engine }) => `An installation of ${engine} is under way.`,
  'engine.notInstalled': ({ engine, command }) =>
    `Engine ${engine} is not installed; "${command}" installs it.`,
  'engine.noDevice': ({ engine, reason }) => `Engine ${engine} has no device: ${reason}.`,
  'engine.nonConforming': ({ engine, cases }) =>
    `Engine ${engine} computes wrong results: ${cases.join(', ')}.`,
  'pack.refused': ({ file, reason }) =>
    `Engine pack refused, nothing was installed: ${file}: ${reason}.`,
  'pack.downloadFailed': ({ command, reason }) =>
    `Engine pack could not be downloaded: ${command}: ${reason}`,
  'engine.failed': ({ engine, status, reason }) =>
    `Engine ${engine} failed with its status ${status}: ${reason}`,
  'program.invalid': ({ program, field, value, rule }) =>
    `Program ${program}: ${field} = ${JSON.stringify(value)}: ${rule}.`,
  'request.invalid': ({ method, problems }) =>
    `Call ${method} cannot be answered: ${problems.map(({ path, rule }) => `${formatPath(path)} ${createTranslate('en').say(rule)}`).join('; ')}.`,
  'protocol.invalid': ({ from, field, value, rule }) =>
    `Unexpected message from ${from}: ${field} = ${JSON.stringify(value)}: ${rule}.`,
  'child.gone': ({ child, reason, exitCode, signal }) =>
    `Process ${child} ended (${signal ?? `exit code ${exitCode}`}): ${reason}`,
  'child.startTimeout': ({ child, limitMs }) =>
    `Process ${child} did not start within ${limitMs / 1000} s.`,
  'training.nonFinite': ({ metric, step, value }) =>
    `Training diverged: ${metric} is ${value} at step ${step}.`,
  'training.memory': ({ reason }) => `Not enough memory: ${reason}`,
  'training.invalid': ({ field, value, rule }) =>
    `${field} = ${JSON.stringify(value)}: ${said(rule, 'en')}.`,
  'training.gradientWrong': ({ operation, layer, error }) =>
    `Hypergradients would be wrong: the derivative of ${operation} (${layer}) is ${percent(error)} off finite differences.`,
  'userCode.untrusted': ({ command, files }) =>
    `Nothing was run: this code is not trusted as it is now (${command}${files.length === 0 ? '' : `; ${files.join(', ')}`}). Look at it, then run "tunewright trust" with the study file.`,
  'userCode.changed': ({ path }) =>
    `${path} changed after it was trusted; trust it again, then resume.`,
  'command.notStarted': ({ command, reason }) => `${command} cannot be started: ${reason}`,
  'command.exit': ({ exitCode, tail }) =>
    withTail(`The program ended with exit code ${exitCode}`, tail),
  'command.signal': ({ signal, tail }) => withTail(`The program was ended by ${signal}`, tail),
  'command.output': ({ limitMegabytes }) =>
    `The program wrote more than ${limitMegabytes} MB of output (limits.outputMegabytes) and was ended.`,
  'command.processes': ({ limit }) =>
    `The program had more than ${limit} processes (limits.processes) and was ended.`,
  'command.memory': ({ limitMegabytes, usedMegabytes }) =>
    `The program used ${usedMegabytes} MB, more than ${limitMegabytes} MB (limits.memoryMegabytes), and was ended.`,
  'command.diskFull': ({ reason }) => `The disk is full: ${reason}`,
  'command.noValue': ({ metric, reported }) =>
    `The program ended without a value of ${metric}; it reported ${reported.length === 0 ? 'nothing' : reported.join(', ')}.`,
  'command.overran': ({ untilStep, step }) =>
    `The program was told to end at step ${untilStep} and reported step ${step}; see TUNEWRIGHT_UNTIL_STEP.`,
  'command.noState': ({ path, step }) =>
    `The program ended at step ${step} and left nothing in its checkpoint folder ${path}, although objective.resumes says so.`,
  'command.pattern': ({ limitMs }) =>
    `The pattern took longer than ${limitMs} ms over the output; write it without nested repetitions.`,
  'command.lost': ({ reason }) => `The watcher of the program is gone: ${reason}`,
  'slurm.failed': ({ command, reason }) => `${command} of Slurm failed: ${reason}`,
  'browser.missing': ({ variable }) =>
    `A browser makes PDF files, and none was found. Install Chromium, Chrome or Edge, or name one in ${variable}. The HTML report needs none.`,
  'font.missing': ({ characters }) =>
    `No font of this machine has these characters: ${characters}. Install one that has (e.g. fonts-noto-cjk), or take the figures as SVG.`,
  internal: ({ reason }) => `Internal error: ${reason}`,
}

const chinese: ErrorTexts = {
  'usage.invalid': ({ reason }) => reason,
  'specification.invalid': ({ file, problems }) =>
    `${file ?? '研究文件'}中有 ${problems.length} 个问题，未创建任何内容。`,
  'page.notBuilt': ({ path, command }) => `页面尚未构建：缺少 ${path}。请先运行“${command}”。`,
  'study.busy': () => '该研究正在验证。',
  'file.notFound': ({ path, field }) => `找不到文件：${path}（${field}）。`,
  'file.unreadable': ({ path, reason }) => `无法读取文件：${path}。${reason}`,
  'file.exists': ({ path, rule }) => `文件已存在：${path}。${rule}`,
  'file.unwritable': ({ path, reason }) => `无法写入文件：${path}。${reason}`,
  'data.invalid': ({ path, field, value, rule, line }) =>
    `数据无法使用：${path}${line === undefined ? '' : `，第 ${line} 行`}：${field} = ${JSON.stringify(value)}：${said(rule, 'zh-CN')}。`,
  'dataset.notFound': ({ dataset }) => `此数据库和缓存中没有数据集 ${dataset}。`,
  'dataset.inUse': ({ studies }) => `该数据集正被以下研究使用：${studies.join('、')}。`,
  'database.locked': ({ path, reason }) => `数据库正被另一个进程使用：${path}。${reason}`,
  'database.future': ({ path, found, supported }) =>
    `数据库 ${path} 由更新的版本写入（格式 ${found}，最高支持 ${supported}）。`,
  'database.corrupt': ({ path, reason }) =>
    `数据库已损坏，或不是 Tunewright 数据库：${path}。${reason}`,
  'database.full': ({ path, reason }) =>
    `磁盘已满：${path}。${reason} 已确认的内容均已保存；释放空间后可继续。`,
  'database.readOnly': ({ path, reason }) => `数据库无法写入：${path}。${reason}`,
  'database.migrationFailed': ({ path, from, to, reason }) =>
    `数据库 ${path} 无法从格式 ${from} 升级到 ${to}，内容未改变。${reason}`,
  'study.notFound': ({ study }) => `此数据库中没有研究“${study}”。`,
  'study.exists': ({ study }) => `研究“${study}”已存在。可继续该研究，或为新研究换一个名称。`,
  'study.finished': ({ study, state }) => `研究“${study}”已无可运行的试验：${state}。`,
  'study.running': ({ study }) => `研究“${study}”已在运行。`,
  'study.notRunning': ({ study }) => `研究“${study}”未在此处运行。`,
  'study.external': ({ study }) =>
    `研究“${study}”的试验由其他程序评估；可用“tunewright suggest”继续。`,
  'study.noTrials': ({ study, rule }) => `研究“${study}”：${rule}。`,
  'trial.notFound': ({ study, number }) => `研究“${study}”没有试验 ${number}。`,
  'trial.finished': ({ study, number, state }) =>
    `研究“${study}”的试验 ${number} 状态为 ${state}，不可更改。`,
  'intervention.refused': ({ study, rule }) => `研究“${study}”：${said(rule, 'zh-CN')}。`,
  'engine.unavailable': ({ engine, reason }) => `引擎 ${engine} 不可用：${reason}`,
  'engine.installing': ({ engine }) => `正在安装 ${engine}。`,
  'engine.notInstalled': ({ engine, command }) =>
    `引擎 ${engine} 尚未安装；可运行“${command}”进行安装。`,
  'engine.noDevice': ({ engine, reason }) => `引擎 ${engine} 没有可用设备：${reason}。`,
  'engine.nonConforming': ({ engine, cases }) =>
    `引擎 ${engine} 计算结果错误：${cases.join('、')}。`,
  'pack.refused': ({ file, reason }) => `引擎包被拒绝，未安装任何内容：${file}：${reason}。`,
  'pack.downloadFailed': ({ command, reason }) => `引擎包下载失败：${command}：${reason}`,
  'engine.failed': ({ engine, status, reason }) =>
    `引擎 ${engine} 运行失败（状态码 ${status}）：${reason}`,
  'program.invalid': ({ program, field, value, rule }) =>
    `程序 ${program}：${field} = ${JSON.stringify(value)}：${rule}。`,
  'request.invalid': ({ method, problems }) =>
    `调用 ${method} 无法处理：${problems.map(({ path, rule }) => `${formatPath(path)} ${createTranslate('en').say(rule)}`).join('；')}。`,
  'protocol.invalid': ({ from, field, value, rule }) =>
    `来自 ${from} 的消息异常：${field} = ${JSON.stringify(value)}：${rule}。`,
  'child.gone': ({ child, reason, exitCode, signal }) =>
    `进程 ${child} 已结束（${signal ?? `退出码 ${exitCode}`}）：${reason}`,
  'child.startTimeout': ({ child, limitMs }) => `进程 ${child} 未能在 ${limitMs / 1000} 秒内启动。`,
  'training.nonFinite': ({ metric, step, value }) =>
    `训练发散：${metric} 在第 ${step} 步为 ${value}。`,
  'training.memory': ({ reason }) => `内存不足：${reason}`,
  'training.invalid': ({ field, value, rule }) =>
    `${field} = ${JSON.stringify(value)}：${said(rule, 'zh-CN')}。`,
  'training.gradientWrong': ({ operation, layer, error }) =>
    `超梯度会出错：${operation}（${layer}）的导数与有限差分相差 ${percent(error)}。`,
  'userCode.untrusted': ({ command, files }) =>
    `未运行任何内容：此代码的当前内容尚未被信任（${command}${files.length === 0 ? '' : `；${files.join('、')}`}）。请先查看，再对研究文件运行“tunewright trust”。`,
  'userCode.changed': ({ path }) => `${path} 在被信任之后发生了变化；请重新信任后继续。`,
  'command.notStarted': ({ command, reason }) => `无法启动 ${command}：${reason}`,
  'command.exit': ({ exitCode, tail }) =>
    tail === '' ? `程序以退出码 ${exitCode} 结束。` : `程序以退出码 ${exitCode} 结束：${tail}`,
  'command.signal': ({ signal, tail }) =>
    tail === '' ? `程序被 ${signal} 终止。` : `程序被 ${signal} 终止：${tail}`,
  'command.output': ({ limitMegabytes }) =>
    `程序输出超过 ${limitMegabytes} MB（limits.outputMegabytes），已终止。`,
  'command.processes': ({ limit }) => `程序的进程数超过 ${limit}（limits.processes），已终止。`,
  'command.memory': ({ limitMegabytes, usedMegabytes }) =>
    `程序使用了 ${usedMegabytes} MB 内存，超过 ${limitMegabytes} MB（limits.memoryMegabytes），已终止。`,
  'command.diskFull': ({ reason }) => `磁盘已满：${reason}`,
  'command.noValue': ({ metric, reported }) =>
    `程序结束时没有给出 ${metric} 的值；它报告了${reported.length === 0 ? '空' : reported.join('、')}。`,
  'command.overran': ({ untilStep, step }) =>
    `程序应在第 ${untilStep} 步结束，却报告了第 ${step} 步；参见 TUNEWRIGHT_UNTIL_STEP。`,
  'command.noState': ({ path, step }) =>
    `程序在第 ${step} 步结束，但检查点文件夹 ${path} 是空的，而 objective.resumes 声明了会保存。`,
  'command.pattern': ({ limitMs }) => `正则表达式处理输出超过 ${limitMs} 毫秒；请避免嵌套的重复。`,
  'command.lost': ({ reason }) => `程序的监管进程已消失：${reason}`,
  'slurm.failed': ({ command, reason }) => `Slurm 的 ${command} 失败：${reason}`,
  'browser.missing': ({ variable }) =>
    `PDF 文件由浏览器生成，但没有找到浏览器。请安装 Chromium、Chrome 或 Edge，或在 ${variable} 中指定一个。HTML 报告不需要浏览器。`,
  'font.missing': ({ characters }) =>
    `本机没有字体包含这些字符：${characters}。请安装包含它们的字体（如 fonts-noto-cjk），或改用 SVG 图表。`,
  internal: ({ reason }) => `内部错误：${reason}`,
}

export const errorTexts: Readonly<Record<Language, ErrorTexts>> = {
  en: english,
  'zh-CN': chinese,
}

function withTail(text: string, tail: string): string {
  return tail === '' ? `${text}.` : `${text}: ${tail}`
}

/** What a person reads about an error. */
export function errorText(error: AppError, language: Language): string {
  const text = errorTexts[language][error.code] as (detail: unknown) => string
  return text(error.detail)
}

/** 0.034 as `3.4 %`. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`
}

function said(rule: Fact | string, language: Language): string {
  return typeof rule === 'string' ? rule : createTranslate(language).say(rule)
}
