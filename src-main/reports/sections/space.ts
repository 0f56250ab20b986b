import { isNumeric, numericDomain } from '../../core/study/numeric-domain.ts'
import {
  parameterKinds,
  type ParameterKind,
  type ParameterSpecification,
} from '../../core/study/space-specification.ts'
import { formatNumber } from '../../core/i18n/format-number.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block, Inline } from '../blocks/blocks.ts'
import { code, descriptionList, lines, nothing, paragraph, table } from '../blocks/make-blocks.ts'
import { parameterText } from '../blocks/values.ts'

/** The search space, one row per parameter, and what every point of it keeps. */
export const spaceSection: SectionDefinition<'space'> = {
  id: 'space',
  heading: 'report.space.heading',
  build,
}

function build({ t, snapshot, overview }: ReportContext): readonly Block[] {
  const { space, relations } = snapshot.study.specification
  const entries = Object.entries(space)
  if (entries.length === 0) return [nothing(t('report.slices.nothingSearched'))]
  const searched = overview.axes.length
  return [
    paragraph(t('report.space.text', { searched, fixed: entries.length - searched })),
    table(
      t,
      t('report.space.heading'),
      ['parameter', 'kind', 'values', 'scale', 'condition'],
      entries.map(([name, parameter]) => [
        code(name),
        t(`report.kind.${kindOf(parameter)}`),
        valuesOf(parameter),
        scaleOf(t, parameter),
        conditionsOf(t, parameter),
      ]),
    ),
    ...(relations.length === 0
      ? []
      : [descriptionList([[t('report.space.relations'), lines(relations.map(code))]])]),
  ]
}

function kindOf(parameter: ParameterSpecification): ParameterKind {
  return parameterKinds.find(kind => kind in parameter) ?? 'fixed'
}

function valuesOf(parameter: ParameterSpecification): Inline {
  if ('float' in parameter) return parameter.float.map(formatNumber).join(' … ')
  if ('int' in parameter) return parameter.int.map(formatNumber).join(' … ')
  if (isNumeric(parameter)) {
    const { low, high } = numericDomain(parameter)
    const [mean, deviation] = 'normal' in parameter ? parameter.normal : parameter.logNormal
    return `${formatNumber(mean)} ± ${formatNumber(deviation)}, ${formatNumber(low)} … ${formatNumber(high)}`
  }
  if ('fixed' in parameter) return code(parameterText(parameter.fixed))
  const ordinal = 'ordinal' in parameter
  const values = ordinal ? parameter.ordinal : parameter.choice
  return values.map((value, index) => [
    index === 0 ? null : ordinal ? ' < ' : ', ',
    code(parameterText(value)),
    !ordinal && parameter.weights !== undefined
      ? ` (${formatNumber(parameter.weights[index] as number)})`
      : null,
  ])
}

function scaleOf(t: Translate, parameter: ParameterSpecification): string {
  if (!isNumeric(parameter)) return '–'
  const scale = numericDomain(parameter).log ? t('report.space.log') : t('report.space.linear')
  return parameter.step === undefined
    ? scale
    : t('list.withDetail', {
        text: scale,
        more: t('report.space.step', { step: formatNumber(parameter.step) }),
      })
}

function conditionsOf(t: Translate, parameter: ParameterSpecification): Inline {
  const conditions = Object.entries(parameter.when ?? {})
  if (conditions.length === 0) return t('report.space.always')
  return conditions.map(([parent, wanted], index) => {
    const values = Array.isArray(wanted) ? wanted : [wanted]
    return [
      index === 0 ? null : t('report.space.and'),
      code(`${parent} = ${values.map(parameterText).join(t('report.space.or'))}`),
    ]
  })
}
