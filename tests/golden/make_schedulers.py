"""Write step-by-step trajectories of diffusers' schedulers over a closed-form model.

The model is m(x, t) = sin(x) + 0.1 cos(t / 100), whatever the prediction type says it predicts: smooth, so that
rounding stays small, and dependent on x and t, so that a wrong t or a wrong x shows.
A step of ours leads to the next timestep of the list. diffusers' DDIM jumps T // steps floors instead; where that is
another one, the case says `next_entry`, and its step is told the stride that leads there.
schedulers.json lists the cases; schedulers.safetensors holds, for 8 elements,
  x_T [8], z [1000, 8]          start and noise shared by all cases; z[i] is the noise of the i-th step (unused at t = 0)
  <schedule>/beta, /alpha_bar   tables in f64
  <case>/x                      x after the steps listed under "recorded" (counted from 1), with tables in f64
  <case>/x_0                    the x̂_0 of those steps, after clipping
  <case>/x_as_shipped           x with diffusers' own f32 tables
Usage: python make_schedulers.py
"""
import json, math
from pathlib import Path
import numpy
import torch
from diffusers import DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler
from diffusers.schedulers import scheduling_ddpm, scheduling_dpmsolver_multistep
from safetensors.torch import save_file

HERE = Path(__file__).parent
SU = [0.02 * t / 1000 for t in range(1, 1001)]                       # α_t = √(1 − 0.02 t/T), so Ho's β_t = 0.02 t/T
SCHEDULES = {
    "linear": dict(beta_schedule="linear"),
    "scaled_linear": dict(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012),
    "cosine": dict(beta_schedule="squaredcos_cap_v2"),
    "su": dict(trained_betas=SU),
    "linear_100": dict(beta_schedule="linear", num_train_timesteps=100),
}


def betas_f64(name):
    """The formulas of diffusers' __init__, in f64."""
    config = SCHEDULES[name]
    start, end, T = config.get("beta_start", 0.0001), config.get("beta_end", 0.02), config.get("num_train_timesteps", 1000)
    if name == "su":
        return torch.tensor(SU, dtype=torch.float64)
    if name == "cosine":
        f = lambda t: math.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
        return torch.tensor([min(1 - f((i + 1) / T) / f(i / T), 0.999) for i in range(T)], dtype=torch.float64)
    if name == "scaled_linear":
        return torch.linspace(start ** 0.5, end ** 0.5, T, dtype=torch.float64) ** 2
    return torch.linspace(start, end, T, dtype=torch.float64)


def ddpm(schedule="linear", steps=50, **config):
    return dict(scheduler="DDPMScheduler", schedule=schedule, steps=steps, config=config)


def ddim(schedule="linear", steps=50, eta=0.0, use_clipped_model_output=False, next_entry=False, **config):
    return dict(scheduler="DDIMScheduler", schedule=schedule, steps=steps, eta=eta, next_entry=next_entry,
                use_clipped_model_output=use_clipped_model_output, config=config)


def dpm(schedule="linear", steps=20, **config):
    return dict(scheduler="DPMSolverMultistepScheduler", schedule=schedule, steps=steps, config=config)


CASES = {
    "ddpm_1000": ddpm(steps=1000),
    "ddpm_1000_large_su": ddpm("su", steps=1000, variance_type="fixed_large"),
    "ddpm_100_of_100": ddpm("linear_100", steps=100, clip_sample=False),
    "ddpm_50": ddpm(),
    "ddpm_50_unclipped": ddpm(clip_sample=False),
    "ddpm_50_clip_range_2": ddpm(clip_sample_range=2.0),
    "ddpm_50_large": ddpm(variance_type="fixed_large"),
    "ddpm_50_scaled_linear": ddpm("scaled_linear"),
    "ddpm_50_cosine": ddpm("cosine"),
    "ddpm_50_cosine_large_trailing": ddpm("cosine", variance_type="fixed_large", timestep_spacing="trailing"),
    "ddpm_50_su_unclipped": ddpm("su", clip_sample=False),
    "ddpm_50_linspace": ddpm(timestep_spacing="linspace"),
    "ddpm_50_trailing": ddpm(timestep_spacing="trailing"),
    "ddpm_50_offset_1_large": ddpm(steps_offset=1, variance_type="fixed_large"),
    "ddpm_16_trailing_unclipped": ddpm(steps=16, timestep_spacing="trailing", clip_sample=False),
    "ddpm_10_sample": ddpm(steps=10, prediction_type="sample"),
    "ddpm_10_v": ddpm(steps=10, prediction_type="v_prediction"),
    "ddpm_10_v_cosine_unclipped": ddpm("cosine", steps=10, prediction_type="v_prediction", clip_sample=False),
    "ddpm_7": ddpm(steps=7),
    "ddpm_7_linspace": ddpm(steps=7, timestep_spacing="linspace"),
    "ddpm_7_trailing_large": ddpm(steps=7, timestep_spacing="trailing", variance_type="fixed_large"),
    "ddpm_1_trailing": ddpm(steps=1, timestep_spacing="trailing"),
    "ddim_1000_eta_1": ddim(steps=1000, eta=1.0),
    "ddim_50": ddim(),
    "ddim_50_unclipped": ddim(clip_sample=False),
    "ddim_50_eta_half": ddim(eta=0.5),
    "ddim_50_eta_1_unclipped": ddim(eta=1.0, clip_sample=False),
    "ddim_50_scaled_linear": ddim("scaled_linear", clip_sample=False, set_alpha_to_one=False, steps_offset=1),
    "ddim_50_cosine": ddim("cosine"),
    "ddim_50_su": ddim("su", eta=0.5),
    "ddim_50_linspace": ddim(next_entry=True, timestep_spacing="linspace"),
    "ddim_50_trailing": ddim(timestep_spacing="trailing", eta=1.0),
    "ddim_50_alpha_not_one": ddim(set_alpha_to_one=False),
    "ddim_50_clipped_output": ddim(use_clipped_model_output=True),
    "ddim_50_clipped_output_eta_half": ddim(eta=0.5, use_clipped_model_output=True),
    "ddim_16_trailing": ddim(steps=16, next_entry=True, timestep_spacing="trailing"),
    "ddim_10_sample": ddim(steps=10, prediction_type="sample", eta=0.5),
    "ddim_10_v": ddim(steps=10, prediction_type="v_prediction"),
    "ddim_10_v_unclipped": ddim(steps=10, prediction_type="v_prediction", clip_sample=False, eta=1.0),
    "ddim_7": ddim(steps=7, eta=1.0),
    "ddim_7_linspace": ddim(steps=7, next_entry=True, timestep_spacing="linspace", set_alpha_to_one=False),
    "ddim_7_trailing": ddim(steps=7, next_entry=True, timestep_spacing="trailing"),
    "ddim_1_trailing": ddim(steps=1, timestep_spacing="trailing"),
    "dpm_20": dpm(),
    "dpm_50": dpm(steps=50),
    "dpm_20_leading": dpm(timestep_spacing="leading"),
    "dpm_10_leading_offset_1": dpm(steps=10, timestep_spacing="leading", steps_offset=1),
    "dpm_20_trailing": dpm(timestep_spacing="trailing"),
    "dpm_16_trailing": dpm(steps=16, timestep_spacing="trailing"),
    "dpm_20_scaled_linear": dpm("scaled_linear"),
    "dpm_20_v_cosine": dpm("cosine", prediction_type="v_prediction"),
    "dpm_20_su": dpm("su"),
    "dpm_99_of_100": dpm("linear_100", steps=99),
    "dpm_10_sample": dpm(steps=10, prediction_type="sample"),
    "dpm_10_sample_leading": dpm(steps=10, prediction_type="sample", timestep_spacing="leading"),
    "dpm_10_sample_trailing": dpm(steps=10, prediction_type="sample", timestep_spacing="trailing"),
    "dpm_10_v": dpm(steps=10, prediction_type="v_prediction"),
    "dpm_10_v_leading": dpm(steps=10, prediction_type="v_prediction", timestep_spacing="leading"),
    "dpm_20_v_trailing": dpm(prediction_type="v_prediction", timestep_spacing="trailing"),
    "dpm_10_sigma_min": dpm(steps=10, final_sigmas_type="sigma_min"),
    "dpm_20_sigma_min": dpm(final_sigmas_type="sigma_min"),
    "dpm_20_sigma_min_euler": dpm(final_sigmas_type="sigma_min", euler_at_final=True),
    "dpm_10_sigma_min_high_order": dpm(steps=10, final_sigmas_type="sigma_min", lower_order_final=False),
    "dpm_2": dpm(steps=2),
    "dpm_1": dpm(steps=1),
}


def m(x, t):
    return torch.sin(x) + 0.1 * math.cos(t / 100)


class Stride:
    """In place of DDIM's number of steps: T // this is the way from t to the next entry of the list, or below 0."""
    def __init__(self, t, following):
        self.stride = t - following

    def __rfloordiv__(self, _):
        return self.stride


class Double:
    """torch or numpy with f64 in place of f32: DPM-Solver's class rounds its tables and every x."""
    def __init__(self, module):
        self.module = module

    def __getattr__(self, name):
        return getattr(self.module, "float64" if name == "float32" else name)


def run(case, x_T, z, f64_tables):
    """All x and x̂_0 of the chain: two tensors [steps, 8], and the timesteps."""
    classes = [DDPMScheduler, DDIMScheduler, DPMSolverMultistepScheduler]
    dpm_module = scheduling_dpmsolver_multistep
    dpm_module.torch, dpm_module.np = (Double(torch), Double(numpy)) if f64_tables else (torch, numpy)
    scheduler = {c.__name__: c for c in classes}[case["scheduler"]](**SCHEDULES[case["schedule"]], **case["config"])
    if f64_tables and case["scheduler"] != "DPMSolverMultistepScheduler":
        scheduler.betas = betas_f64(case["schedule"])
        scheduler.alphas = 1 - scheduler.betas
        scheduler.alphas_cumprod = torch.cumprod(scheduler.alphas, 0)
        if case["config"].get("set_alpha_to_one") is False:
            scheduler.final_alpha_cumprod = scheduler.alphas_cumprod[0]
    scheduler.set_timesteps(case["steps"])
    x, xs, x_0s = x_T.reshape(1, 8, 1, 1), [], []
    for i, t in enumerate(scheduler.timesteps.tolist()):
        noise = z[i].reshape(x.shape)
        if case["scheduler"] == "DDPMScheduler":
            scheduling_ddpm.randn_tensor = lambda *_, **__: noise      # its step() takes a generator, not the noise
            out = scheduler.step(m(x, t), t, x)
        elif case["scheduler"] == "DPMSolverMultistepScheduler":
            out = scheduler.step(m(x, t), t, x)
            out.pred_original_sample = scheduler.model_outputs[-1]
        else:
            following = next(iter(scheduler.timesteps.tolist()[i + 1:]), -1)
            assert case["next_entry"] or t - following == scheduler.config.num_train_timesteps // case["steps"] or following < 0
            if case["next_entry"]:
                scheduler.num_inference_steps = Stride(t, following)
            out = scheduler.step(m(x, t), t, x, eta=case["eta"], variance_noise=noise,
                                 use_clipped_model_output=case["use_clipped_model_output"])
        x = out.prev_sample
        xs.append(x.flatten()); x_0s.append(out.pred_original_sample.flatten())
    return torch.stack(xs), torch.stack(x_0s), scheduler.timesteps.tolist()


generator = torch.Generator().manual_seed(0)
x_T = torch.randn(8, generator=generator, dtype=torch.float64)
z = torch.randn((1000, 8), generator=generator, dtype=torch.float64)
tensors = {"x_T": x_T, "z": z}
for name in SCHEDULES:
    tensors[f"{name}/beta"] = betas_f64(name)
    tensors[f"{name}/alpha_bar"] = torch.cumprod(1 - betas_f64(name), 0)

cases = []
for name, case in CASES.items():
    xs, x_0s, timesteps = run(case, x_T, z, True)
    shipped, _, _ = run(case, x_T, z, False)
    nudged, _, _ = run(case, x_T + 1e-9, z, True)
    amplified = ((nudged - xs).abs().max() / 1e-9).item()
    assert torch.isfinite(xs).all() and xs.dtype == torch.float64 and amplified < 2e3, (name, amplified)
    n = len(timesteps)
    recorded = list(range(1, n + 1)) if n <= 50 else [1, 2, 3, 4, 5, n // 2, n - 1, n]
    at = torch.tensor(recorded) - 1
    tensors |= {f"{name}/x": xs[at], f"{name}/x_0": x_0s[at], f"{name}/x_as_shipped": shipped[at]}
    cases.append(dict(name=name, **case, timesteps=timesteps, recorded=recorded))
    print(f"{name:32} {n:4} steps, |x| ≤ {xs.abs().max():8.2f}, f32 tables differ by {(shipped - xs).abs().max():.1e}, "
          f"a nudge grows {amplified:.0f} times")

save_file(tensors, HERE / "schedulers.safetensors")
(HERE / "schedulers.safetensors").chmod(0o644)
schedules = {name: {k: v for k, v in c.items() if k != "trained_betas"} | ({"trained_betas": "su"} if name == "su" else {})
             for name, c in SCHEDULES.items()}
lines = ",\n".join("    " + json.dumps(c) for c in cases)
(HERE / "schedulers.json").write_text(
    '{\n  "model": "m(x, t) = sin(x) + 0.1 cos(t / 100)",\n'
    f'  "schedules": {json.dumps(schedules)},\n  "cases": [\n{lines}\n  ]\n}}\n')
