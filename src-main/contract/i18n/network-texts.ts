import type { Language } from '../../i18n/language.ts'

/** Words beside a picture of a network. */
export interface NetworkTexts {
  readonly input: string
  /** By the kind of layer; a kind without a word stays as it is. */
  readonly kinds: Readonly<Record<string, string>>
  readonly output: string
  readonly layer: string
  readonly parameters: string
  readonly multiplyAdds: string
  readonly total: (parameters: string, multiplyAdds: string) => string
}

export const networkTexts: Readonly<Record<Language, NetworkTexts>> = {
  en: {
    input: 'input',
    kinds: {
      separableConvolution: 'separable',
      batchNormalization: 'batch norm',
      categoryEmbedding: 'category embedding',
      layerNormalization: 'layer norm',
      stepMean: 'mean of steps',
      recurrent: '',
    },
    output: 'output',
    layer: 'layer',
    parameters: 'parameters',
    multiplyAdds: 'multiply-adds',
    total: (parameters, multiplyAdds) =>
      `${parameters} parameters, ${multiplyAdds} multiply-adds per example`,
  },
  'zh-CN': {
    input: '输入',
    kinds: {
      dense: '全连接',
      convolution: '卷积',
      separableConvolution: '可分离卷积',
      pool: '池化',
      activation: '',
      batchNormalization: '批归一化',
      layerNormalization: '层归一化',
      positions: '位置',
      attention: '注意力',
      stepMean: '各步平均',
      dropout: '随机失活',
      flatten: '展平',
      reshape: '变形',
      embedding: '嵌入',
      categoryEmbedding: '类别嵌入',
      recurrent: '',
    },
    output: '输出',
    layer: '层',
    parameters: '参数',
    multiplyAdds: '乘加',
    total: (parameters, multiplyAdds) => `${parameters} 个参数，每个样本 ${multiplyAdds} 次乘加`,
  },
}
