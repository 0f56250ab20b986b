import { ownValue } from '../../core/values/named-values.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { PythonLiteral } from './python-source.ts'
import type { ProposedRange, ScriptSetting, SettingRole } from './script-description.ts'

/** How far around its default a hyperparameter is searched. */
type Scale =
  | {
      readonly shape: 'log'
      readonly factor: number
      readonly fallback: readonly [number, number]
      /** No range goes beyond it, unless the default does. */
      readonly most: number
    }
  | { readonly shape: 'linear'; readonly low: number; readonly high: number }
  /** As a guide names it, on a logarithmic scale, wherever the default lies. */
  | { readonly shape: 'span'; readonly low: number; readonly high: number }
  | { readonly shape: 'count'; readonly fallback: readonly [number, number] }
  | { readonly shape: 'width'; readonly fallback: readonly [number, number] }
  | { readonly shape: 'switch' }
  | { readonly shape: 'options'; readonly values: readonly string[] }

type FixedReason = 'secret' | 'seed' | 'budget' | 'checkpoint' | 'name' | 'unknown' | 'value'

interface Knowledge {
  readonly id: string
  readonly pattern: RegExp
  readonly scale: Scale
  /** Whether the name means this even with a word that usually names data, files or hardware. */
  readonly isCertain?: boolean
}

const log = (factor: number, low: number, high: number, most = Infinity): Scale => ({
  shape: 'log',
  factor,
  fallback: [low, high],
  most,
})
const linear = (low: number, high: number): Scale => ({ shape: 'linear', low, high })
const count = (low: number, high: number): Scale => ({ shape: 'count', fallback: [low, high] })
const width = (low: number, high: number): Scale => ({ shape: 'width', fallback: [low, high] })
const toggle: Scale = { shape: 'switch' }
const options = (...values: string[]): Scale => ({ shape: 'options', values })

const certain = (id: string, pattern: RegExp, scale: Scale): Knowledge => ({
  id,
  pattern,
  scale,
  isCertain: true,
})

/**
 * Names that one field of research knows, before the general ones. Sources beside those below: Goodfellow et al. and Gulrajani et al. (GANs), Ho et al. and Karras
 * et al. (diffusion), Kerbl et al. (Gaussian splatting), Park et al. (SpecAugment), Cubuk et al. (RandAugment), Smith and Topin (one cycle).
 */
const fieldKnowledge: readonly Knowledge[] = [
  certain(
    'augmentation',
    /^((rand(om)?|color)_?)?(rotat(ion|e)|(width_|height_|channel_)?shift|shear|zoom|brightness|contrast|saturation|hue|scale|translate|jitter|color_jitter|colou?rjitter|gr[ae]y(scale)?|blur|solarize|erasing|erase|cutout|cutmix|mixup|mosaic|[hv]_?flip|horizontal_flip|vertical_flip|flip|crop|resized_crop|affine|perspective|noise|gaussian_noise|time_shift|pitch_shift|augment(ation)?|aug|transform)_(range|limit|prob(ability)?|p|degrees?|angle|strength|magnitude|alpha|lambda|std|sigma|rate)$/,
    linear(0, 1),
  ),
  certain(
    'augmentation',
    /^(prob|p)_(flip|[hv]flip|rotate|rotation|crop|jitter|color|colou?r_jitter|gr[ae]y(scale)?|blur|erase|erasing|mixup|cutmix|aug(ment)?|noise|mask)$|^(mixup|cutmix)_?(switch_)?(alpha|prob)$|^(aug|augment)_?(prob|p|pipe_p|ratio|strength)$|^re_?prob$/,
    linear(0, 1),
  ),
  certain(
    'augmentation',
    /^(aug_repeats|repeated_aug|recount|aug_splits|num_ops|num_magnitude_bins|magnitude|rand_?aug(ment)?_(n|m|magnitude|num_ops|layers)|ra_(n|m|magnitude)|(num_|n_)?(time|freq|frequency)_?masks?(_param|_width|_num|_max|_len|_length)?|n_holes|num_holes|cutout_(length|size|holes)|mask_(time|feature)_(length|prob))$/,
    { shape: 'count', fallback: [1, 10] },
  ),
  certain(
    'decaySwitch',
    /^(random_)?(horizontal|vertical|left_right|lr|ud)_?flip(ping)?$|^(use_)?(spec_?augment|rand_?augment|auto_?augment|mixup|cutmix|trivial_?augment|random_?erasing|color_?jitter|re_?split_aug)$/,
    toggle,
  ),
  certain(
    'augmentation',
    /^aug(ment(ation)?s?)?$|^(brightness|contrast|saturation|hue|rotation|degrees|shear|zoom)$/,
    linear(0, 1),
  ),
  certain(
    'warmupRatio',
    /^pct_start$|^warm_?up_(ratio|proportion|prop|frac(tion)?|pct|percent)$/,
    linear(0, 0.5),
  ),
  certain(
    'warmup',
    /^(\w+_)?(warm_?up|cool_?down|ramp_?up|ramp_?down)_(steps?|iters?|iterations|epochs?|frac|kimg)$/,
    width(1, 1000),
  ),
  certain(
    'decayStep',
    /^(t_max|t_0|t_mult|t_i|first_cycle_steps|cycle_(length|len|steps)|restart_(period|epochs)|num_cycles|step_size_up|step_size_down|lr_step_size|lr_decay_(step|epoch|epochs|iter|iters|every|start))$/,
    count(1, 10),
  ),
  certain(
    'decayFactor',
    /^(\w+_)?div_factor$|^cycle_mult$|^(poly|lr)_power$|^(start|end)_factor$|^lr_(mult|multiplier|scale)$|^(layer|layerwise|layer_wise)_?(lr_)?decay(_rate)?$|^llrd$|^decay_power$/,
    log(10, 0.01, 100),
  ),
  certain(
    'momentum',
    /^momentum_(min|max|start|end)$|^(min|max|base|initial|final|bn|sgd|muon|teacher|ema)_momentum$|^momentum_(teacher|ema|schedule)$/,
    linear(0.5, 0.999),
  ),
  certain(
    'beta',
    /^(model_|weight_)?(ema|polyak|averaging|moving_average)_?(decay|rate|beta|momentum|half_?life|kimg)$|^(g|d|gen|disc|adam|opt|optim|optimizer)_?beta_?[12]$|^beta_?[12]_(g|d|gen|disc)$/,
    linear(0.5, 0.9999),
  ),
  certain(
    'clip',
    /^(grad(ient)?s?|max_grad(ient)?|global)_?(norm_)?(clip(ping)?|norm)(_(value|norm|val|threshold|algorithm_val|max))?$|^clip_?(range|coef|ratio|param|eps(ilon)?|value|norm|grad|gradients?|grad_?norm|grad_?value|global_norm)(_vf)?$|^max_grad$|^weight_clip(ping)?$/,
    log(10, 0.1, 10),
  ),
  certain(
    'labelSmoothing',
    /^label_?smooth(ing)?(_(factor|eps|epsilon|value|rate))?$|^ls_?(eps|alpha)$|^smooth(ing)?_(eps|factor|label)$/,
    linear(0, 0.2),
  ),
  certain(
    'dropout',
    /^\w*drop(_?out)?(_(rate|prob|p|ratio|block|path|path_rate|edge|feat|attn|emb|input|hidden|fc|final))?$|^(attn|attention|ff|ffn|resid|embd|emb|input|hidden|edge|feat|token|stochastic_depth|layer|cond|path|classifier|head|rnn|lstm|conv)_?(pdrop|drop(_?out)?)(_(rate|prob|p))?$|^stochastic_depth(_(rate|prob))?$|^(cond|label|cfg|class)_drop_?(prob|out|rate)?(_prob)?$|^layerdrop$/,
    linear(0, 0.7),
  ),
  // Reinforcement learning
  certain('gaeLambda', /^(gae|td)_?(lambda|lam)(_?\w)?$|^lambda_(gae|td)$/, linear(0.8, 1)),
  certain(
    'discount',
    /^(gamma|discount|reward_discount|discount_(rate|gamma|factor))$/,
    linear(0.9, 0.999),
  ),
  certain(
    'lossWeight',
    /^(ent(ropy)?|vf|value(_function)?|critic|actor|policy|kl|bc|aux|aux(iliary)?_loss|cql|curiosity|intrinsic|extrinsic|reward)_?(loss_)?(coef|coeff|coefficient|weight|alpha|beta|scale|scaling|bonus|loss_scale)$|^c[12]$|^entropy_(beta|reg|bonus)$|^(cql|per|priority|prioritized_replay)_(alpha|beta|weight)\d?$|^(reward|rew)_scal(e|ing)$|^kl_(target|coef|weight|beta)$|^min_q_weight$|^expectile$|^advantage_(weight|scale|temperature)$/,
    log(10, 0.001, 10),
  ),
  certain(
    'noise',
    /^(eps(ilon)?|e)_?(start|end|min|max|final|init(ial)?|decay|decay_rate|greedy)$|^(start|end|init(ial)?|final|min|max)_?(e|eps(ilon)?)$|^(exploration|expl|explore)_?(fraction|rate|noise|initial_eps|final_eps|prob|std|decay)$|^(ou|action|policy|target|target_policy|smoothing|instance|exploration|init(ial)?)_?(noise|theta|sigma|noise_(std|clip|scale|sigma))$|^(noise|action)_(std|sigma|clip|scale|stddev|offset|decay)$|^eps$|^epsilon$/,
    log(5, 0.01, 1),
  ),
  certain(
    'nSteps',
    /^(n|num|nr)_?(steps?|minibatch(es)?|mini_batch(es)?|sgd_iter|atoms?|quantiles?|critics?|qs|updates|gradient_steps|disc_steps|gen_steps|critic_(steps|iters|updates))$|^(update_(epochs|every|interval|freq(uency)?)|ppo_epochs?|k_epochs?|n_?step(_returns?)?|multi_step|unroll_length|rollout_(len(gth)?|steps|size)|(critic|disc|discriminator|gen|generator|d|g)_(iters?|iterations|steps|updates|per_\w+)|gradient_steps|train_freq(uency)?|policy_(freq(uency)?|delay)|actor_update_freq\w*|critic_target_update_freq\w*|target_update(_(interval|freq(uency)?|period|every|rate))?|target_network_(freq(uency)?|update\w*)|target_update_\w+|sync_(target|rate|freq)|batches_per_update|repeat_times|nminibatches|num_mini_?batch|inner_(steps|updates|loop\w*)|num_inner_\w+)$/,
    count(1, 10),
  ),
  // Generative models
  certain(
    'lossWeight',
    /^(r1|r2|pl|path|cycle|cyc|identity|idt|id|adv|gan|l1|l2|perceptual|percep|vgg|style|content|tv|rec(on(struction)?)?|kld?|kl_div|commit(ment)?|codebook|vq|ssim|lpips|depth|normal|mask|smooth(ness)?|reg|sparsity|contrastive|con|clip|distill(ation)?|kd|ctc|ce|bce|dice|focal|mse|feature_matching|fm|mel|dur(ation)?|pitch|gp|grad(ient)?_penalty|aux|center|triplet|consistency|unsup(ervised)?|unlabeled|pseudo|opacity|opa|scale|dssim|dfl|box|cls|obj|task|task_loss|pos|neg)_?(loss_?)?(weight|coef|coeff|lambda|lambd|lam|gamma|alpha|beta|w|gain|reg|cost|factor|penalty)$|^(lambda|lam|lambd|lmbda)_\w+$|^(style_mixing|mixing)_prob$|^(pos|positive)_weight$|^scale_pos_weight$|^(fl|focal)_?(gamma|alpha)$|^(opacity|scale|ssim)_(reg|lambda)$|^min_snr_gamma$|^snr_gamma$|^(triplet_)?margin$|^cfg_(prob|dropout)$/,
    log(10, 0.01, 10),
  ),
  certain(
    'noise',
    /^(linear_|beta_)(start|end|min|max)$|^beta_?(start|end|min|max|0|t|1_noise)$|^sigma_(min|max|data|begin|end)$|^p_(mean|std|uncond|losses)$|^(unconditional|uncond)_?prob(ability)?$|^(init|initial)_(opa(city)?|scale|sigma|std)$|^(initializer_range|init_(gain|scale|std|range))$|^noise_(offset|level|schedule_\w+)$|^percent_dense$|^densify_grad_threshold$|^(grow|prune|cull|densify)_(grad2d|scale3d|scale2d|opa|alpha_thresh|grad_thresh|size_thresh|threshold|opacity_threshold|\w+_thresh(old)?)$/,
    log(5, 0.01, 1),
  ),
  certain(
    'temperature',
    /^guidance(_(scale|weight|strength))?$|^cfg_(scale|weight)$|^(\w+_)?(temp|temperature|tau_g|gumbel_tau)(_\w+)?$|^nce_t$|^moco_t$|^kd_t$|^logit_scale(_init)?$/,
    log(5, 0.05, 5),
  ),
  certain(
    'nSteps',
    /^((n|num)_?)?(diffusion|noise|noising|denoising|train|ddpm)_?(time)?_?steps?_diffusion$|^(n|num)_?(diffusion|noise|ddpm)_?(time)?steps$|^(diffusion|noise|noising)_?(time)?steps$|^(n_|num_|num_train_)?timesteps$|^n_t$|^(num|n)_noise_levels$|^num_scales$/,
    width(10, 1000),
  ),
  certain(
    'scheduler',
    /^(beta|noise)_(schedule|scheduler)(_type|_name)?$/,
    options('linear', 'cosine'),
  ),
  certain(
    'other',
    /^sh_degree(_interval)?$|^(moco|queue)_?(k|dim)$|^num_(slots|iterations_routing|routings?|prototypes|negatives|neg_samples|negative_samples|codebooks?|codes|embeddings_vq|experts_per_tok|queries|proposals|clusters|components|inducing|landmarks|hops|neighbors)$|^(n|k)_(hops?|neighbors|neighbours|way|shot|clusters|components|mixtures?|experts|prototypes|codes|negatives?|neg)$|^(negative|neg)_samples?$|^codebook_size$|^(bigram|trigram|ngram)_\w+$|^(walk_length|walks_per_node|vector_size|min_count|ngrams?|n_?grams?|num_hashes|fanout)$/,
    count(1, 10),
  ),
  // Trees, boosting and scikit-learn
  certain(
    'leaves',
    /^(num_leaves|max_leaves|max_leaf_nodes|max_bins?|border_count|n_neighbors|min_(child_(samples|weight)|samples_(leaf|split)|data_in_(leaf|bin)|sum_hessian_in_leaf|rows|impurity_decrease)|bagging_freq|subsample_freq|leaf_size|max_delta_step|num_parallel_tree|min_df|n_quantiles|polynomial_degree|poly_degree|degree|max_cat_to_onehot|cat_smooth|one_hot_max_size)$/,
    width(2, 128),
  ),
  certain(
    'regularization',
    /^(l2_leaf_reg|random_strength|bagging_temperature|reg_(alpha|lambda)|lambda_l[12]|(elastic|lasso|ridge|svm|svr|svc|logreg|lr)_(alpha|c)|cat_l2|path_smooth|model_size_reg|l[12](_regulari[sz]ation|_reg|_penalty)?|kernel_regularizer|coef0|nu)$/,
    log(100, 1e-3, 100),
  ),
  certain(
    'sampling',
    /^(subsample(_for_bin)?|sub_feature|sub_row|rsm|colsample_?by(tree|level|node)|col_?sample_?rate\w*|feature_fraction(_bynode)?|bagging_fraction|sample_rate_trees|l1_ratio|max_df|skip_drop|rate_drop|top_rate|other_rate|max_samples)$/,
    linear(0.3, 1),
  ),
  certain(
    'kernel',
    /^(grow_policy|boosting(_type)?|booster|solver|criterion|splitter|penalty|kernel|bootstrap_type|max_features|leaf_estimation_method|class_weight|aggr|aggregat(or|ion)|pooling|activation(_fn|_function)?|act(_fn|_layer)?|norm(alization)?_(layer|type)|init(ialization|ializer)?(_type|_method)?|weight_init|rnn_type|cell_type)$/,
    options(),
  ),
  certain(
    'decaySwitch',
    /^(bootstrap|oob|extra_trees|fit_intercept|dual|sublinear_tf|use_idf|smooth_idf|whiten|probability_calibration|class_balanced|(use_)?class_weights?|weighted_loss|(use_)?(skip|residual|attention|batch_?norm|layer_?norm|group_?norm|instance_?norm|weight_?norm|spectral_?norm|swa|sam|ema|lookahead|rslora|dora|neftune|focal(_loss)?))$|^use_(rslora|dora|per|double_?dqn|dueling|noisy\w*|gae|mixup|cutmix|focal(_loss)?|attention|se|residual|bn|swa|augmentations?|aug|label_smoothing|dropout|scheduler|lr_scheduler|clip\w*|warm_?up)$|^(no_)?aug(ment(ation)?)?$|^autotune$|^(clip|norm(alize)?)_(vloss|adv(antages?)?|reward|obs)$/,
    toggle,
  ),
  // Sizes of layers
  certain(
    'width',
    /^(lin(ear)?|fc|dense|hidden|layer|conv|lstm|gru|rnn|mlp|units|block|h|n_?hidden|hid)_?\d+(_(size|units|dim|channels|filters|features|out|width|hidden))?$|^(num|n)_(hidden|units|neurons|nodes|filters|channels|kernels|feats?|features?|maps)(_(per_layer|\d|layers?_\d|base|start))?$|^(lin(ear)?|fc|dense|lstm|gru|rnn|conv|mlp|head|proj(ection|ector)?|embed(ding)?|emb|char_emb|word_emb|node|edge|hidden|hid|bottleneck|encoder|decoder|enc|dec|gen(erator)?|disc(riminator)?|actor|critic|policy|value|attn|attention|inner|intermediate|model|token|time_emb|pos|latent|style|w|z|noise|code|base|init(ial)?|out|projection_out|patch_emb)_?(dims?|sizes?|units|width|hidden(_(dim|size|units))?|embed(ding)?_(dim|size)|embed|neurons|nc|nf|filters|channels_base)$|^(g|d|gen|disc)_(channels|filters|features|hidden|dim)$|^(c|ch|channel|base)_?(base|mult(iplier)?|dim|max|width|ch|channels|filters|features)$|^(nef|ngf|ndf|nz|nc_base|n_?f|dim_feedforward|ff_mult|ffn?_(mult|dim|hidden|ratio)|mlp_ratio|expansion(_factor)?|width_mult(iplier)?|depth_mult(iplier)?|dim_head|head_dim|block_out_channels|model_channels|embedding_size|vq_dim|n_embed|layer_sizes?|units|neurons|n_neurons|hidden_neurons)$/,
    width(16, 1024),
  ),
  certain(
    'layers',
    /^(num|n|nb|nr)_(\w+_)?(layers?|blocks?|heads)$|^(en|de)coder_attention_heads$|^(num|n|nb|nr)_?(of_)?((en|de)coder_|hidden_|conv_|lstm_|gru_|rnn_|gcn_|gnn_|mlp_|attn_|attention_|transformer_|fc_|dense_|res(idual)?_|resnet_|cross_|self_|kv_|query_|down_|up_|u_?net_|g_|d_|gen_|disc_|message_passing_|flow_)*(layers?|blocks?|heads?|stacks|cells|stages|res_?blocks?|convs?|downs?|downsamplings?|convolutions|resnet_blocks|levels|head_kv|flows)(_(g|d|enc|dec|per_\w+|kv))?$|^(enc(oder)?|dec(oder)?|g|d|gen|disc|lstm|gru|rnn|mlp|conv|fc|gnn|gcn|transformer|attn|attention)_(layers?|depth|heads?|blocks?|n_?layers?)$|^(depth|n_?layers?|n_?heads?|nhead|heads|blocks_per_\w+|layers_per_block|num_hidden_layers|cardinality|unet_depth)$/,
    count(1, 12),
  ),
  certain(
    'width',
    /^(\w+_)?(kernel|patch|filter)_(size|width)s?$|^(k_size|ksize|dilation(_rate)?)$/,
    width(1, 16),
  ),
]

/**
 * Hyperparameters of the field by name, in order: the first that fits is taken. Names are in snake case, lower case.
 * Ranges follow the usual ones: Bengio, "Practical recommendations for gradient-based training of deep architectures" (2012); Godbole et al., "Deep
 * Learning Tuning Playbook" (2023); Schulman et al., "Proximal policy optimization" (2017) and Andrychowicz et al. (2021) for reinforcement learning;
 * Hu et al., "LoRA" (2021); Probst et al., "Tunability" (2019) for trees and linear models.
 */
const knowledge: readonly Knowledge[] = [
  {
    id: 'scheduler',
    pattern:
      /^(lr_)?(scheduler|sched|schedule|scheduler_type|policy)(_type|_name)?$|^lr_(scheduler|schedule|sched|policy|decay_style)(_type|_name)?$|^lr_decay_type$/,
    scale: options('constant', 'linear', 'cosine'),
  },
  {
    id: 'optimizer',
    pattern: /^(opt|optim|optimi[sz]er|solver)(_name|_type|_class)?$/,
    scale: options('sgd', 'adam', 'adamw'),
  },
  {
    id: 'decayFactor',
    pattern:
      /^(lr_|learning_rate_|scheduler_|sched_|step_)?(decay_(rate|factor|ratio|gamma)|lr_gamma|lr_decay|decay|gamma_lr|lr_factor|lrf|factor|lr_step_gamma)$|^lr_(decay|gamma|step_gamma|decay_rate|decay_factor|factor)$|^learning_rate_decay$|^gamma_(decay|step)$/,
    scale: linear(0.05, 0.99),
  },
  {
    id: 'decayStep',
    pattern:
      /^(lr_)?(step_size|decay_steps?|decay_every|lr_step|lr_steps|lr_step_size|lr_decay_steps?|drop_step|decay_iters?|decay_epochs?|patience_lr)$/,
    scale: width(5, 100),
  },
  {
    id: 'decaySwitch',
    pattern:
      /^(no_)?(anneal_lr|lr_anneal|decay_lr|cosine|cos|use_cosine|cosine_lr|cos_lr|warm|warmup|warm_up|reduce_lr|no_reduce_lr|linear_lr|use_scheduler|nesterov|amsgrad|ema|use_ema|normalize_advantages?|norm_adv|clip_vloss|norm_pix_loss|(use_)?(layer|batch|spectral)_?norm|norm_reward|rnd_flip|tied|weight_tying|tie_weights|shared?|use_gae|gae|use_dropout|centered|mixup|cutmix|center_crop|rect|multi_scale|label_smooth|balanced|class_weights?|oversample|augment(ation)?s?|(use_|data_)?aug(ment(ation)?s?)?|random_(crop|flip|erase)|flip|normalize|normali[sz]ation|residual|double_q|use_bn|use_ln|bidirectional|mirror|[xyhv]flip|dueling|prioritized|residual_connections?)$/,
    scale: toggle,
  },
  {
    id: 'warmup',
    pattern:
      /^(lr_|num_|n_)?warm_?up(_(steps?|iters?|iterations?|epochs?|tokens|num|frac|fraction|period|updates))?$|^warmup_(frac|ratio|proportion|prop|fraction)$/,
    scale: width(1, 1000),
  },
  { id: 'warmupRatio', pattern: /warm_?up_(ratio|proportion|frac)/, scale: linear(0, 0.2) },
  {
    id: 'learningRate',
    pattern:
      /(^|_)(b|g|d|base_|init_|initial_|peak_|max_)?(lr|learning_?rate|eta|step_?size_lr|lrate|lr0|lr[12]|alpha_lr|learn_rate|learning_r)(_?(a|c|g|d|q|v|pi|actor|critic|init|base|max|0|head|backbone|encoder|decoder|gen|dis|disc|policy|value|classifier|embed|mult|\d))?$|_lr$|^lr_|^blr$|_learning_rate$|^learning_rate_/,
    // Steps beyond the whole gradient, or the whole tree of a boosting library, hardly ever help.
    scale: log(10, 1e-5, 1e-1, 1),
  },
  {
    id: 'weightDecay',
    pattern:
      /(^|_)(wd|w_?decay|weight_?decay|l2|l2_reg|l2_regulari[sz]ation|reg|reg_param|weight_decay_rate|l2_(weight|penalty|lambda|coef))$|^wd_|^weight_decay/,
    scale: log(10, 1e-6, 1e-1),
  },
  {
    id: 'batchSize',
    pattern:
      /(^|_)(bs|bsz|batch_?size|batch_?sz|train_batch|mini_?batch_?size|batch|batchsize|nbatch|samples_per_gpu|ims_per_batch|train_micro_batch|b_size|n_batch)(_per_(gpu|device))?$|^(train|per_device_train|per_gpu_train|device|micro|total)_batch_size|^batch_size_(train|per)|^train_bs$/,
    scale: width(8, 256),
  },
  {
    id: 'dropout',
    pattern:
      /drop_?out|^drop(_(rate|prob|path|path_rate|p|connect|block))?$|_drop(_rate|_prob)?$|^w_?drop$|(^|_)(dropconnect|droppath|pdrop|p_drop|drop_rate|drop_prob|p_dropout|keep_prob)$|^[a-z]+_pdrop$/,
    scale: linear(0, 0.7),
  },
  { id: 'momentum', pattern: /momentum$|^mom$|^momentum_/, scale: linear(0.8, 0.99) },
  {
    id: 'beta',
    pattern:
      /^(adam_?)?(beta_?[12]|b[12]|beta_[12]|betas?_?[12])$|^adam_?beta_?[12]$|^(adam_)?b_?[12]$|^(ema|polyak|target)_(decay|rate|momentum)$|^ema$|^moving_average_decay$/,
    scale: linear(0.5, 0.999),
  },
  { id: 'loraRank', pattern: /^lora_?(r|rank|dim)$|^(r|rank)$/, scale: width(4, 64) },
  { id: 'loraAlpha', pattern: /^lora_?alpha$/, scale: width(8, 128) },
  {
    id: 'labelSmoothing',
    pattern: /label_?smooth(ing)?(_factor)?$|^smoothing$/,
    scale: linear(0, 0.2),
  },
  {
    id: 'clip',
    pattern:
      /(grad(ient)?_?)(norm_)?clip(ping|_val|_value|_norm|_threshold)?$|^(max_)?grad_?norm(_clip)?$|^clip(_(grad|norm|value|gradient|threshold|coef|param|range|ratio|eps|epsilon|grad_norm|max_norm))?$|^max_?norm$|^(ppo_|eps_)?clip|_clip$|norm_clip$/,
    scale: log(10, 0.1, 10),
  },
  {
    id: 'temperature',
    pattern: /^(temp|temperature|tau_plus|init_temp|softmax_temp)$|_temp(erature)?$/,
    scale: log(5, 0.05, 5),
  },
  { id: 'discount', pattern: /^(gamma|discount|discount_factor|df)$/, scale: linear(0.9, 0.999) },
  {
    id: 'gaeLambda',
    pattern: /^(gae_?lambda|lam|lmbda|gae_lam|tau_gae|td_lambda)$/,
    scale: linear(0.9, 1),
  },
  { id: 'targetRate', pattern: /(^|_)(tau|polyak)$/, scale: log(10, 1e-3, 1e-1) },
  {
    id: 'nSteps',
    pattern:
      /^(n_?steps?|num_steps|rollout_(length|steps)|horizon|policy_freq|policy_frequency|update_(every_steps?|every_steps|epochs|freq|frequency|every)|n_epochs_ppo|ppo_epochs?|k_epochs|num_minibatches|n_critic|d_iters|critic_iters|n_dis|target_(update|network)_(freq|frequency|interval|every)|train_frequency|utd(_ratio)?|updates?_per_step)$/,
    scale: count(1, 10),
  },
  {
    id: 'noise',
    pattern:
      /noise(_(std|clip|multiplier|scale|level|stddev|sigma|factor|dim_std))?$|^(std_?dev|sigma|std_clip|stddev_clip|expl_noise|noise_.*)$|^(start|end|final|min|initial)?_?eps(ilon)?_(start|end|decay|greedy)$|^exploration_(fraction|rate|noise)$/,
    scale: log(5, 0.01, 1),
  },
  {
    id: 'augmentation',
    pattern:
      /^(mixup|cutmix|mosaic|hsv_[hsv]|degrees|translate|scale|shear|perspective|flip(ud|lr)|copy_paste|erasing|cutout|re_?prob|reprob|jitter|color_jitter|hflip|vflip|crop_scale|rand_?aug.*|aug(ment(ation)?)?_(prob|strength|scale|rate|factor|ratio|magnitude|policy)|aa|mixup_(alpha|prob)|cutmix_(alpha|prob|minmax)|smoothing|fliplr|flipud)$/,
    scale: linear(0, 1),
  },
  {
    id: 'maskRatio',
    pattern: /^mask(ing)?_?(ratio|prob|rate|fraction)$|^(corruption|mlm)_?(prob|rate|probability)$/,
    scale: linear(0.1, 0.9),
  },
  ...fieldKnowledge,
  {
    id: 'lossWeight',
    pattern:
      /(^|_)(coef|coeff|coefficient|weight|lambda|lamb|lambd|lmbda|gain|penalty|balance|margin|focal_gamma|focal_alpha)$|^(lambda|lamb|coef|coeff|weight|w|gp|loss_weight|reg|ent|vf|kl|entropy|box|cls|obj|dfl)(_\w+)?$|_(lambda|coef|weight|coeff)_?\w*$|^(alpha|beta|delta|kappa|rho|zeta|policy_noise|target_kl|kl_target)\d?$|^adam_?(eps|epsilon)$|^(box|cls|obj|dfl)(_pw)?$/,
    scale: log(10, 0.01, 10),
  },
  {
    id: 'other',
    pattern:
      /(^|_)(alpha|beta|gamma|delta|cost|prob|ratio|decay|rate|strength|expectile|p|uncond)$|^(threshold_loss|init_std)$/,
    scale: log(5, 0.01, 1),
  },
  {
    id: 'leaves',
    pattern:
      /^(num_leaves|max_leaves|max_leaf_nodes|max_bin|n_neighbors|n_clusters|n_components|min_(child_(samples|weight)|samples_(leaf|split)|data_in_leaf|split_gain|sum_hessian_in_leaf|impurity_decrease)|bagging_freq|max_features|degree)$/,
    scale: width(2, 128),
  },
  { id: 'depth', pattern: /^max_depth$|^tree_depth$/, scale: count(2, 12) },
  {
    id: 'trees',
    pattern: /^(n_estimators|num_boost_rounds?|n_trees|num_trees|iterations_trees|num_round)$/,
    scale: width(50, 1000),
  },
  {
    id: 'sampling',
    pattern:
      /^(subsample|colsample_?by(tree|level|node)|feature_fraction|bagging_fraction|subsample_freq|l1_ratio|validation_fraction|max_samples)$/,
    scale: linear(0.3, 1),
  },
  {
    id: 'regularization',
    pattern:
      /^(c|reg_(alpha|lambda)|lambda_l[12]|min_split_gain|ccp_alpha|l1|l1_reg|var_smoothing|tol_reg)$/,
    scale: log(100, 1e-3, 100),
  },
  {
    id: 'kernel',
    pattern:
      /^(kernel|criterion|penalty|booster|boosting_type|boosting|activation|act|act_fn|non_?linearity|hidden_act|pool(ing)?|init|initializer|norm_type|norm|agg(regat(or|ion))?)$/,
    scale: options(),
  },
  {
    id: 'layers',
    pattern:
      /(^|_)(n|num|number|nb)_?(of_)?(hidden_)?(layers?|blocks?|stages?|heads?|res_?blocks?|attention_heads|hidden_layers|slots|filters_layers|flows|experts|mixtures|levels)$|^(n_?layers?|n_?heads?|depth|layers|nlayers|nhead|heads|lstm_layers|num_hidden_layers|(num_|n_)?(en|de)coder_layers|gru_layers|rnn_layers|width_mult|(num|n)_iterations_slot|layer_num|num_(layer|head)|conv_layers|n_blocks|hidden_layers|depth_multiplier|num_attn_heads|layer_count|n_conv)$/,
    scale: count(1, 12),
  },
  {
    id: 'width',
    pattern:
      /(^|_)(hidden|hid|nhid|n_?hidden|hidden_?(dims?|sizes?|units?|channels|layers_size|features)|emb(ed)?(ding)?_?(dims?|sizes?)?|em_?size|emsize|d_?(model|hidden|ff|k|v|inner|state)|latent_?(dims?|size)|n_?embd?|feature_?dim|units|width|dim|n_?filters?|num_(filters|units|hiddens?)|ffn?_?(dim|size)|filter_?size|rnn_?(size|units|dim)|lstm_?(size|units|dim)|z_?dim|n_z|nz|ngf|ndf|channels_base|base_(channels|filters|features)|bottleneck|conv_dim|proj(ection)?_dim|code_dim|state_size|mlp_(dim|ratio|width)|inner_dim|n_units?|features|filters|kernel_?size|k|n_?feats?|growth_rate|wid(th|en)_factor|dim_head|head_dim|rnn_?size|num_features|n_hid)\d?$/,
    scale: width(16, 1024),
  },
]

const fixedWords =
  /(^|_)(paths?|dirs?|directory|folder|files?|filename|root|datasets?|data_dir|names?|project|entity|random_state|device|cuda|gpus?|cpus?|workers?|num_proc|n_jobs|nproc|threads?|log|logs|logging|logger|logdir|print|freq|interval|verbose|verbosity|debug|wandb|tensorboard|tb|port|host|addr|ranks?|world|dist|distributed|ddp|local|backend|url|token|version|resume|checkpoints?|ckpt|ckpts|load|output|outputs|out|save|saved|snapshot|eval|evaluate|evaluation|test|testing|val|valid|validation|vocab|classes|fp16|bf16|fp32|tf32|amp|precision|dtype|compile|pin|cache|cached|caching|tags?|exp|experiment|track|video|env|envs|id|ids|task|tasks|mode|title|url|urls|language|lang|prompt|template|text|texts|column|columns|target_col|labels?|categories|user|account|email|repo|hub|push|mean|std|sampling|sr|fft|mel|mels|fmin|fmax|hop|win|max_samples|samples|limit|subset|help|profile|profiler|bench|benchmark|deterministic|export|format|plot|show|display|visuali[sz]e|vis|image|images|img|imgs|imgsz|size|resolution|input|inputs|height|rows|cols|classes|num_class|nclass|max_len|max_length|maxlen|seq_len|seq|length|block|context|padding|pad|channels?|colou?r|slurm|deepspeed|fsdp|sync|master|init_method|start|min|replay|buffer|memory|capacity|metric|monitor|objective|scoring|cv|folds?|early|patience|stop|stopping|pretrained|weights?_path|freeze|finetune|fine|model|arch|architecture|backbone|variant|method|quant|bit|bits|4bit|8bit|nbits|accum|accumulation|grad_accum|accumulate|shuffle|drop_last|train_size|split|splits|config|cfg|hparams|dump|generate|sample|sampler|world_size|node|nodes|machine|bucket|session|keep|frames|delimiter|ignore|index|stride|stdout|summary|collab|dry|run|runs|overwrite|report|strategy|accelerator|devices|num_gpus|trust|revision|use_cache|attn|flash|checkpointing|merge|period|every|anchors|anchor|topk|top|tie_embedding|end|bias|scaler|target|targets|feature|source|src|tgt|dst|dest|author|category|opt_level)(_|$)/

const budget =
  /^(n_|num_|max_|total_|nb_|training_|train_|number_of_|no_of_|num_train_|num_training_|epochs_)?(epochs?|n_?epochs?|nepochs?|iters?|iterations?|n_?iters?|niter|train_steps|training_steps|total_timesteps|timesteps|env_steps|num_env_steps|max_steps|total_steps|train_epochs?|updates|train_frames|frames|total_frames|num_batches|max_timesteps|training_iters|max_train_steps|episodes?)(_num|_count|_number|_num)?$|^(upto|until)_epoch$|^max_num_steps$|^(num|n)_(train|frozen)_epochs$/

const seed = /(^|_)(seed|random_state|random_seed|manual_seed|rng_seed|seeds)(_|$)/
const checkpoint =
  /^(resume(_from)?(_checkpoint|_path)?|restore|checkpoint(_path|_dir|_file|s)?|ckpt(_path|_dir)?|save(_path|_dir|_model|_to|_folder)?|out(put)?_(dir|path|folder)|model_(out|path|dir|save_path|prefix|file)|save_model_path|model_save_path|load_(model|checkpoint)|logdir|default_root_dir|weights_(path|file))$/

/** What a name tells of a setting, before its value is looked at. */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')
}

const exactHyperparameters =
  /(^|_)(lr|learning_rate|weight_decay|wd|momentum|dropout|batch_size|label_smoothing|hidden_(size|dim|units|channels)|embedding_(dim|size)|embed_dim|latent_dim|feature_dim|warm_?up_\w+|clip_\w+|grad_clip|lora_(r|alpha|dropout)|temperature|mask_ratio|n_(layers?|heads?)|num_(layers?|heads?)|target_tau|tau|l1_ratio|max_depth|n_estimators|min_samples_\w+|num_boost_round|kernel_size|filter_size|no_aug\w*|max_features|max_samples|drop_path|lr_(backbone|head|model)|lambda_\w+|keep_prob|emb(ed)?_size|(rnn|lstm|gru)_size|em_size|target_kl|attn_drop|gradient_clip_val|clip_\w+|\w+_clip_val|d_model|feature_fraction|bagging_\w+|min_child_\w+|min_data_in_leaf|min_split_gain|filters|n_filters|num_filters|base_channels|base_filters|lora_rank|rank_lora|color_jitter|std_?dev|init_std|model_ema_decay|batch_norm|layer_norm|bidirectional|mixup|cutmix|augment|noise_std|expl_noise|policy_(freq|noise)|update_every\w*|step_size|cosine)$|^(train|per_device_train|per_gpu_train)_batch_size/

const neverHyperparameters =
  /^(eval|val|valid|validation|test|per_device_eval|per_gpu_eval)_|(?<!clip)_(eval|val|test|valid)(_|$)|^(min_lr|lr_min|eta_min|final_lr|end_lr|lr_end|lr_final|minimum_learning_rate|min_learning_rate)$|^gradient_accumulation|(^|_)(train|val|valid|validation|test|split|data|dataset|sampling|sample|frame|bit|mem|memory|gpu|crop)_(ratio|rate|frac|fraction|percent|prob|size|split|pct)$|^(log|logging|save|print|eval|use|auto|find|no_cuda|report)_(lr|every|freq|steps?)\w*$|^(?!update_every).*_(every|interval|period)$|^(lr_)?(find|finder)$/

/** Whether a name means a hyperparameter wherever it stands, so that a keyword of any call can be one. */
export function isCommonName(written: string): boolean {
  const name = snakeCase(written)
  return (
    !neverHyperparameters.test(name) &&
    !budget.test(name) &&
    (exactHyperparameters.test(name) || commonNames.test(name))
  )
}

/** Whether a name is that of a hyperparameter, whatever its value. */
export function isKnownHyperparameter(written: string): boolean {
  const name = snakeCase(written)
  return !neverHyperparameters.test(name) && !budget.test(name) && entriesFor(name, '').length > 0
}

const commonNames =
  /^(gamma|alpha|beta_?[12]?|betas|epsilon(_(decay|min|start|end|max))?|eps_(decay|start|end|min)|tau|hidden_(size|dim|channels|units|features)|embedding_dim|embed_dim|emb_dim|n_embd|latent_dim|z_dim|noise_dim|d_model|nhead|n_?heads?|num_heads|n_?layers?|num_layers|lr|learning_rate|lr_\w+|batch_size|dropout\w*|weight_decay|momentum|label_smoothing|(\w+_)?clip(ping)?(_\w+)?|smoothing|lambda_\w+|entropy_coef|ent_coef|vf_coef|value_coef|n_critic|gae_lambda|n_estimators|max_depth|num_leaves|min_child_weight|subsample|colsample_bytree|reg_(alpha|lambda)|temperature|optimizer_lr|margin|mixup_alpha|warmup_\w+|lora_\w+|mask_ratio|muon_\w+|momentum_\w+|decay_rate|lr_decay|discount(_factor)?)$/

/** A number of this name weighs something, whatever the words before it say. */
const factorSuffix =
  /(?<!(^|_)(data|dataset|sample|sampling|train|val|valid|validation|test|eval|split|save|log|frame|min|max)_)(^|_)(prob|probability|weight|coef|coeff|lambda|gamma|alpha|beta|momentum|scale|strength|smoothing|penalty|margin|decay)$/

/** Names of numbers that measure the world, the data or a result. */
const measuredWords =
  /(^|_)(duration|secs?|seconds?|hours?|minutes?|ms|timeout|time|plane|near|far|fps|hz|khz|rate_hz|lat|lon|latitude|longitude|thresholds?|thresh|thres|thr|conf|confidence|iou|nms|tol|tolerance|x|y|z|xmin|xmax|ymin|ymax|area|radius|fov|gravity|mass|dt|percent|pct|percentage|split|quantile|level|limit|max|maximum|minimum|best|loss|acc|accuracy|score|total|sum|avg|average|running|elapsed|prev|previous|current|last|delta|price|amount|memory|gb|mb|mem|meter|meters|km|offset|version|fraction|share|portion|ratio|repeats?|nan|inf|value|number|count|figure|fig|font|alpha_plot|dpi|linewidth|zoom_plot)(_|$)/

const factor: Knowledge = { id: 'other', pattern: /./, scale: log(5, 0.01, 1) }

/**
 * Whether an unknown name has a number that somebody who trains would search: one with a fraction, in a place that is meant to be changed. Of sixty scripts nine of
 * ten such numbers were hyperparameters or might be called so.
 */
function looksLikeFactor({ kind, value, source, location }: ScriptSetting, name: string): boolean {
  const isDeclared =
    ['argument', 'flag', 'field', 'config'].includes(source) ||
    (source === 'constant' && (/[.[]/.test(location) || location === location.toUpperCase()))
  return (
    isDeclared &&
    kind === 'float' &&
    typeof value === 'number' &&
    value > 0 &&
    value < 1000 &&
    !measuredWords.test(name)
  )
}

/** Grids of Hsu, Chang and Lin, "A practical guide to support vector classification". */
const supportVectorKnowledge: readonly Knowledge[] = [
  certain('penalty', /^(c|cost)$/, { shape: 'span', low: 2 ** -5, high: 2 ** 15 }),
  certain('kernelWidth', /^(gamma|g)$/, { shape: 'span', low: 2 ** -15, high: 2 ** 3 }),
]

/**
 * What may be meant by a name, the likeliest first.
 * @param path of the keys of a config above `name`, or the name of the call, in snake case
 */
function entriesFor(name: string, path: string): readonly Knowledge[] {
  if (/(^|_)sv[mcr]$/.test(path)) {
    const entries = supportVectorKnowledge.filter(({ pattern }) => pattern.test(name))
    if (entries.length > 0) return entries
  }
  const contextual =
    /schedul|_lr$/.test(path) && /^(gamma|factor|decay|alpha)$/.test(name)
      ? 'decayFactor'
      : /schedul|_lr$/.test(path) && /^(step_size|step)$/.test(name)
        ? 'decayStep'
        : /optim(i[sz]er)?$/.test(path) && /^(type|name|target|class)$/.test(name)
          ? 'optimizer'
          : /(elastic|lasso|ridge|linear|logistic|sgd)/.test(path) && name === 'alpha'
            ? 'weightDecay'
            : null
  return knowledge.filter(
    ({ id, pattern }) => id === contextual || (contextual === null && pattern.test(name)),
  )
}

/**
 * What the name of a setting in a configuration tells of it.
 * @param path of its keys, joined with dots
 */
export function judgeName(
  path: string,
  value: PythonLiteral,
  looksSecret: (name: string) => boolean,
): { readonly role: SettingRole; readonly isSecret: boolean; readonly isLog: boolean } {
  const kind = typeof value === 'number' ? (Number.isInteger(value) ? 'int' : 'float') : 'text'
  const { role, range, isSecret } = judgeSetting(
    {
      name: path.split('.').at(-1) ?? path,
      source: 'config',
      location: `: ${path}`,
      file: '',
      line: 0,
      kind: typeof value === 'boolean' ? 'bool' : kind,
      value,
      choices: [],
      option: null,
      optionForm: 'value',
    },
    looksSecret,
  )
  return { role, isSecret, isLog: range !== null && range.kind !== 'choice' && range.log }
}

/**
 * What is proposed for a setting: by its name, its kind and its default.
 * @param looksSecret whether the value of a setting of this name is nobody's business
 * @param model what the whole program trains, in snake case, where that is known: `svm`
 */
export function judgeSetting(
  setting: ScriptSetting,
  looksSecret: (name: string) => boolean,
  model: string | null = null,
): {
  readonly role: SettingRole
  readonly range: ProposedRange | null
  readonly reason: MessageDescriptor
  readonly isSecret: boolean
} {
  const name = snakeCase(setting.name)
  const path = snakeCase(
    setting.location
      .split(': ')
      .at(-1)
      ?.replaceAll(/\['([^']*)'\]/g, '.$1')
      .split('.')
      .slice(0, -1)
      .join('.') ?? '',
  )
  const owner =
    model ?? (setting.source === 'call' ? snakeCase(setting.location.split('(')[0] ?? '') : path)
  const fixed = (why: FixedReason, role: SettingRole = 'fixed', isSecret = false) => ({
    role,
    range: null,
    reason: msg(`script.fixed.${why}`, { name: setting.name }),
    isSecret,
  })
  if (
    /(api_?key|password|passwd|secret|access_token|auth_token|hf_token)/.test(name) ||
    looksSecret(setting.name)
  )
    return fixed('secret', 'fixed', typeof setting.value === 'string' || setting.kind === 'text')
  if (seed.test(name)) return fixed('seed', 'seed')
  if (budget.test(name) && !isNoise(name, setting)) return fixed('budget', 'budget')
  if (checkpoint.test(name) && typeof setting.value !== 'number')
    return fixed('checkpoint', 'checkpoint')
  if (neverHyperparameters.test(name)) return fixed('name')
  const entries = entriesFor(name, owner)
  const ranges = entries.map(candidate => rangeOf(candidate, setting))
  const fitting = ranges.findIndex(candidate => candidate !== null)
  const entry = entries[fitting === -1 ? 0 : fitting]
  const isFixed = fixedWords.test(name)
  if (entry === undefined) {
    const range = isFixed || !looksLikeFactor(setting, name) ? null : rangeOf(factor, setting)
    if (range === null) return fixed(isFixed ? 'name' : 'unknown')
    const reason = msg('script.hyperparameterUnknown', { name: setting.name })
    return { role: 'hyperparameter', range, reason, isSecret: false }
  }
  const isCertain =
    exactHyperparameters.test(name) ||
    entries.some(({ isCertain = false }) => isCertain) ||
    (setting.kind === 'float' && factorSuffix.test(name))
  if (!isCertain && isFixed && !/_?(scheduler|optimizer)/.test(entry.id)) return fixed('name')
  const range = ranges[fitting] ?? null
  if (range === null) return fixed('value')
  return {
    role: 'hyperparameter',
    range,
    reason: msg('script.hyperparameter', { name: setting.name, kind: entry.id }),
    isSecret: false,
  }
}

/** Steps of a diffusion are no length of a training: they are few, or have the name that Diffusers gives them. */
function isNoise(name: string, { value }: ScriptSetting): boolean {
  return (
    name === 'num_train_timesteps' ||
    (/^(n_|num_)?timesteps$/.test(name) && typeof value === 'number' && value <= 4000)
  )
}

/** Words that stand for each other wherever one of them is a value. */
const alternatives: readonly (readonly string[])[] = [
  ['relu', 'gelu', 'silu', 'tanh'],
  ['gini', 'entropy', 'log_loss'],
  ['rbf', 'linear', 'poly', 'sigmoid'],
  ['gbdt', 'dart'],
  ['gbtree', 'dart'],
  ['l1', 'l2'],
  ['mean', 'max', 'sum'],
  ['lbfgs', 'liblinear', 'saga'],
  ['sqrt', 'log2'],
  ['squared_error', 'absolute_error'],
  ['SymmetricTree', 'Depthwise', 'Lossguide'],
  ['depthwise', 'lossguide'],
]

/** Null where the default is nothing that can be searched. */
function rangeOf(
  { id, scale, isCertain = false }: Knowledge,
  { kind, source, value, choices }: ScriptSetting,
): ProposedRange | null {
  // A batch of 0 is computed while the script runs.
  if (id === 'batchSize' && value === 0) return null
  if (id === 'other' && !isCertain && kind !== 'float') return null
  const listed = choices.filter(choice => choice !== null && typeof choice !== 'object')
  if (listed.length > 1) return { kind: 'choice', values: listed }
  if (kind === 'bool' || typeof value === 'boolean') {
    return scale.shape === 'switch' || scale.shape === 'log' || scale.shape === 'linear'
      ? { kind: 'choice', values: [false, true] }
      : null
  }
  if (kind === 'text' || kind === 'choice' || typeof value === 'string') {
    if (scale.shape !== 'options' || typeof value !== 'string') return null
    const options =
      scale.values.length > 0
        ? scale.values
        : (alternatives.find(words => words.includes(value.toLowerCase())) ?? [])
    const values = [...new Set([value, ...options.map(option => caseLike(option, value))])]
    return { kind: 'choice', values }
  }
  if (Array.isArray(value) || scale.shape === 'switch' || scale.shape === 'options') return null
  if (scale.shape === 'span') {
    const start = typeof value === 'number' && value > 0 ? value : scale.low
    const [low, high] = [Math.min(scale.low, start), Math.max(scale.high, start)]
    return { kind: 'float', low, high, log: true }
  }
  const isInt = kind === 'int' && !isShare(scale, source, value)
  const start = typeof value === 'number' ? value : null
  if (start !== null && start < 0 && id !== 'batchSize') return null
  const numeric = (low: number, high: number, isLog: boolean): ProposedRange => {
    const bounds = isInt
      ? [Math.max(isLog ? 1 : 0, Math.round(low)), Math.round(high)]
      : [tidy(low), tidy(high)]
    const [first = 0, last = 1] = bounds
    return {
      kind: isInt ? 'int' : 'float',
      low: first,
      high: last > first ? last : first + 1,
      log: isLog && first > 0,
    }
  }
  switch (scale.shape) {
    case 'log':
      return start === null || start === 0
        ? numeric(...scale.fallback, true)
        : numeric(
            start / scale.factor,
            Math.min(start * scale.factor, Math.max(scale.most, start)),
            true,
          )
    case 'linear': {
      if (start === null) return numeric(scale.low, scale.high, false)
      if (isInt && start > 1) return numeric(start / 2, start * 2, false)
      const high = start > scale.high ? start * 1.5 : scale.high
      return numeric(Math.min(scale.low, start), start < 1 ? Math.min(high, 1) : high, false)
    }
    case 'count':
      return start === null || start === 0
        ? numeric(...scale.fallback, false)
        : numeric(Math.max(isInt ? 1 : 0, start / 2), start * 2, false)
    case 'width':
      return start === null || start <= 0
        ? numeric(...scale.fallback, true)
        : numeric(start / 4, start * 4, start >= 4)
  }
}

/** Sources whose values are literals; arguments and fields have types that say what they accept. */
const untyped: readonly ScriptSetting['source'][] = ['constant', 'parameter', 'call', 'config']

/** Whether a whole number stands where any number may: `subsample = 1`, `weight_decay: 0`. */
function isShare(
  scale: Scale,
  source: ScriptSetting['source'],
  value: ScriptSetting['value'],
): boolean {
  if ((value !== 0 && value !== 1) || !untyped.includes(source)) return false
  return scale.shape === 'log' || (scale.shape === 'linear' && scale.high <= 1)
}

function tidy(value: number): number {
  return Number(value.toPrecision(3))
}

/** `Adam` where others are written `SGD`, and so on: the names of a library as the script writes them. */
function caseLike(option: string, example: string): string {
  const proper: Readonly<Record<string, string>> = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' }
  return /^[A-Z]/.test(example) ? (ownValue(proper, option) ?? option) : option
}
