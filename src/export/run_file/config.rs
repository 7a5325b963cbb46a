//! The config of a run file: the network and its step in terms that any framework knows.

use strum::VariantArray;

use crate::export::json::Json;
use crate::lab::parameters::Parameter;
use crate::lab::{Setup, SetupError};
use crate::nn::mlp::Step;
use crate::nn::{Choice, Clip, GradientFormat, Kind, Norm, Optimizer, Order, Place, Reset, Shape, Skip, clip};
use crate::task::Task;

/// The config of a Setup, for the update after `step` others.
pub fn of(setup: &Setup, step: u64) -> Json {
    let mut fields: Vec<(&str, Json)> = match setup.kind {
        Kind::Mlp => of_perceptron(setup),
        Kind::Rnn | Kind::Lstm | Kind::Gru | Kind::Attention => of_sequence(setup),
    };
    fields.extend([
        ("clip", clip(setup)),
        ("kind", Json::from(setup.kind.id())),
        ("loss", Json::from(setup.loss.id())),
        ("optimizer", optimizer(setup, setup.plan().rate(step))),
        ("precision", Json::from(setup.precision.id())),
    ]);
    // What the format does not have by itself stands only where it is used.
    let layers = setup.graph(setup.ends()).layout.layers;
    let frozen = setup.frozen(&layers).into_iter().zip(layers).filter(|(is_frozen, _)| *is_frozen);
    let frozen: Vec<Json> = frozen.map(|(_, layer)| Json::Text(layer)).collect();
    if !frozen.is_empty() {
        fields.push(("frozen", Json::List(frozen)));
    }
    if setup.gradient_format != GradientFormat::Full {
        fields.push(("gradient_format", Json::from(setup.gradient_format.id())));
        fields.push(("loss_scale", Json::Number(setup.loss_scale)));
    }
    Json::sorted(fields)
}

fn of_perceptron(setup: &Setup) -> Vec<(&'static str, Json)> {
    let shape = setup.shape(setup.ends());
    let recipe = shape.recipe();
    let steps = |steps: &[Step]| Json::List(steps.iter().map(|step| Json::from(<&str>::from(step))).collect());
    let is_residual = matches!(setup.skip, Skip::Residual | Skip::ScaledResidual);
    let mut fields = vec![
        ("activation", Json::from(setup.activation.id())),
        ("after_add", steps(&recipe.after_add)),
        ("block", steps(&recipe.block)),
        ("depth", Json::Whole(setup.depth.into())),
        ("final", steps(&recipe.last)),
        ("norm", Json::from(setup.norm.id())),
        ("residual", Json::Bool(is_residual)),
        ("residual_scale", Json::Number(if is_residual { shape.branch_scale() } else { 1.0 })),
    ];
    if setup.dropout > 0.0 {
        fields.push(("dropout", Json::Number(setup.dropout)));
    }
    if setup.skip != Skip::None && !is_residual {
        fields.push(("skip", Json::from(setup.skip.id())));
    }
    fields
}

fn of_sequence(setup: &Setup) -> Vec<(&'static str, Json)> {
    let mut fields = vec![("readout", Json::from(readout(setup.task)))];
    if matches!(setup.kind, Kind::Rnn | Kind::Attention) {
        fields.push(("activation", Json::from(setup.activation.id())));
    }
    if setup.kind == Kind::Gru {
        fields.push(("reset_after", Json::Bool(setup.reset == Reset::After)));
    }
    if setup.kind != Kind::Attention {
        fields.push(("layers", Json::Whole(setup.layers.into())));
    }
    if setup.truncate > 0 {
        fields.push(("truncate", Json::Whole(setup.truncate.into())));
    }
    fields
}

fn readout(task: Task) -> &'static str {
    if task.answers_every_step() { "all" } else { "last" }
}

fn clip(setup: &Setup) -> Json {
    let threshold = ("threshold", Json::Number(setup.clip_at));
    match setup.clip {
        Clip::None => Json::Null,
        Clip::Norm | Clip::Layer => {
            map(vec![("kind", Json::from(setup.clip.id())), threshold, ("eps", Json::Number(clip::EPSILON))])
        }
        Clip::Value => map(vec![("kind", Json::from(setup.clip.id())), threshold]),
    }
}

fn optimizer(setup: &Setup, rate: f64) -> Json {
    let kind = setup.optimizer;
    let mut fields = vec![("kind", Json::from(kind.id())), ("lr", Json::Number(rate))];
    fields.push(("weight_decay", Json::Number(setup.weight_decay)));
    fields.extend(kind.momentum_name().map(|name| (name, Json::Number(setup.momentum))));
    if matches!(kind, Optimizer::Momentum | Optimizer::Nesterov) {
        fields.push(("dampening", Json::Number(0.0)));
    }
    fields.extend(kind.square_decay_name().map(|name| (name, Json::Number(setup.square_decay))));
    if kind.has_eps() {
        fields.push(("eps", Json::Number(setup.eps)));
    }
    map(fields)
}

fn map(fields: Vec<(&str, Json)>) -> Json {
    Json::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The fields of a Setup that a config has to name, as (field of the config, field of the Setup).
const NEEDED: [(&str, &str); 3] = [("precision", "precision"), ("loss", "loss"), ("optimizer.lr", "lr")];

/// What else it has to name where the network has it.
const NEEDED_BY: [(&str, &str); 2] = [("activation", "activation"), ("depth", "depth")];

/// The fields that it may name. Those that decide whether another applies come first.
const OPTIONAL: [(&str, &str); 16] = [
    ("layers", "layers"),
    ("truncate", "truncate"),
    ("norm", "norm"),
    ("dropout", "dropout"),
    ("skip", "skip"),
    ("optimizer.kind", "optimizer"),
    ("optimizer.weight_decay", "weight_decay"),
    ("optimizer.momentum", "momentum"),
    ("optimizer.beta1", "momentum"),
    ("optimizer.alpha", "square_decay"),
    ("optimizer.beta2", "square_decay"),
    ("optimizer.eps", "eps"),
    ("clip.kind", "clip"),
    ("clip.threshold", "clip_at"),
    ("gradient_format", "gradient_format"),
    ("loss_scale", "loss_scale"),
];

/// The Setup of a config that came without one; what a config does not say keeps the format's default.
pub fn to_setup(config: &Json) -> Result<Setup, SetupError> {
    let find = |path: &str| path.split('.').try_fold(config, |json, name| json.get(name));
    let mut setup = with_kind(config)?;
    let needed_by = NEEDED_BY.into_iter().filter(|(_, key)| has_field(&setup, key));
    let needed: Vec<_> = NEEDED.into_iter().chain(needed_by).collect();
    for (path, key) in needed.iter().copied().chain(OPTIONAL) {
        let field = format!("config.{path}");
        let Some(value) = find(path) else {
            if needed.iter().any(|(needed, _)| *needed == path) {
                return Err(SetupError::new(field, "nothing", "a value: there is no setup to take it from"));
            }
            continue;
        };
        setup = setup.changed(key, &value.describe()).map_err(|error| SetupError { field, ..error })?;
        if path == "optimizer.kind" {
            setup.square_decay = if setup.optimizer == Optimizer::Rmsprop { 0.99 } else { setup.square_decay };
            setup.eps = if setup.optimizer == Optimizer::Adagrad { 1e-10 } else { setup.eps };
        }
    }
    if find("residual") == Some(&Json::Bool(true)) {
        setup.skip = Skip::Residual;
        if let Some(scale) = find("residual_scale") {
            let in_config = |error| SetupError { field: "config.residual_scale".to_owned(), ..error };
            setup = setup.changed("skip_scale", &scale.describe()).map_err(in_config)?;
        }
    }
    if setup.kind == Kind::Mlp {
        setup = with_blocks(config, setup)?;
    }
    if let (Kind::Gru, Some(Json::Bool(false))) = (setup.kind, find("reset_after")) {
        setup.reset = Reset::Before;
    }
    if let Some(frozen) = find("frozen") {
        setup = with_frozen(frozen, setup)?;
    }
    check(config, &setup, 0)?;
    Ok(setup)
}

/// A Setup in which the layers that a config names do not learn.
fn with_frozen(frozen: &Json, setup: Setup) -> Result<Setup, SetupError> {
    let layers = setup.graph(setup.ends()).layout.layers;
    let number = |name: &Json| {
        let place = layers.iter().zip(1..).find(|(layer, _)| *name == Json::from(layer.as_str()));
        place.map(|(layer, place)| setup.number(layer, place).to_string())
    };
    let numbers = frozen.items().and_then(|names| names.iter().map(number).collect::<Option<Vec<String>>>());
    let allowed = || format!("a list of layers of this network: {}", layers.join(", "));
    let numbers = numbers.ok_or_else(|| SetupError::new("config.frozen", &frozen.describe(), allowed()))?;
    let in_config = |error| SetupError { field: "config.frozen".to_owned(), ..error };
    setup.changed("frozen", &numbers.join(",")).map_err(in_config)
}

/// A Setup for the network that a config names. That there is an answer at every step is for a task to say.
fn with_kind(config: &Json) -> Result<Setup, SetupError> {
    let kind = match config.get("kind") {
        None => Kind::Mlp.id().to_owned(),
        Some(kind) => kind.describe(),
    };
    if kind == Kind::Mlp.id() {
        return Ok(Setup::default());
    }
    let task = match config.get("readout") {
        None => Task::Recall,
        Some(given) => {
            let tasks = [Task::Recall, Task::Parity];
            let task = tasks.into_iter().find(|&task| *given == Json::from(readout(task)));
            let allowed = || tasks.map(readout).join(", ");
            task.ok_or_else(|| SetupError::new("config.readout", &given.describe(), allowed()))?
        }
    };
    let setup = Setup { optimizer: Optimizer::Sgd, ..Setup::for_task(task) };
    let in_config = |error: SetupError| SetupError {
        field: "config.kind".to_owned(),
        allowed: Kind::VARIANTS.iter().map(|kind| kind.id()).collect::<Vec<_>>().join(", "),
        ..error
    };
    setup.changed("kind", &kind).map_err(in_config)
}

/// Whether a field does anything in this Setup.
fn has_field(setup: &Setup, key: &str) -> bool {
    Parameter::find(key).is_ok_and(|parameter| (parameter.applies)(setup))
}

/// The Setup with blocks such as the config lists.
fn with_blocks(config: &Json, setup: Setup) -> Result<Setup, SetupError> {
    let steps = |key: &str, default: &[&str]| -> Vec<String> {
        let given = config.get(key).and_then(Json::items);
        let given = given.map_or(default.iter().map(|&step| step.to_owned()).collect(), |given| {
            given.iter().map(Json::describe).collect::<Vec<String>>()
        });
        // A norm of no kind does nothing.
        given.into_iter().filter(|step| step != "norm" || setup.norm != Norm::None).collect()
    };
    let given = [steps("block", &["linear", "norm", "act"]), steps("after_add", &[]), steps("final", &[])];
    let of = |shape: Shape| {
        let recipe = shape.recipe();
        let words = |steps: Vec<Step>| steps.iter().map(|step| <&str>::from(step).to_owned()).collect::<Vec<String>>();
        [words(recipe.block), words(recipe.after_add), words(recipe.last)]
    };
    let orders = Order::VARIANTS.iter().flat_map(|&order| Place::VARIANTS.iter().map(move |&place| (order, place)));
    let candidates =
        orders.flat_map(|(order, norm_place)| [1, 2].map(|block_layers| (order, norm_place, block_layers)));
    for (order, norm_place, block_layers) in candidates {
        let mut candidate = Setup { order, norm_place, block_layers, ..setup.clone() };
        if of(candidate.shape(candidate.ends())) == given {
            candidate.forget_what_does_not_apply();
            return Ok(candidate);
        }
    }
    let got = given.map(|steps| steps.join(" ")).join("; ");
    Err(SetupError::new("config.block, after_add, final", &got, "blocks as the lab builds them: see docs/run-file.md"))
}

/// Whether a config says what this Setup says, and nothing else.
pub fn check(config: &Json, setup: &Setup, step: u64) -> Result<(), SetupError> {
    let expected = of(setup, step);
    // A norm of no kind does nothing, wherever it stands.
    let is_ignored = |key: &str| setup.norm == Norm::None && matches!(key, "block" | "after_add" | "final");
    let without_norm = |steps: &Json| match steps.items() {
        Some(items) => Json::List(items.iter().filter(|&step| *step != Json::from("norm")).cloned().collect()),
        None => steps.clone(),
    };
    let Json::Map(fields) = config else { return config.expect(&expected, "config") };
    let fields = fields.iter().map(|(key, value)| {
        let value = if is_ignored(key) { without_norm(value) } else { value.clone() };
        (key.clone(), value)
    });
    compare(&Json::Map(fields.collect()), &expected, "config")
}

/// What is given must be what is expected; what is left out means its default.
fn compare(given: &Json, expected: &Json, field: &str) -> Result<(), SetupError> {
    let (Json::Map(given), Json::Map(_)) = (given, expected) else { return given.expect(expected, field) };
    for (key, value) in given {
        let field = format!("{field}.{key}");
        match expected.get(key) {
            Some(expected) => compare(value, expected, &field)?,
            None => return Err(SetupError::new(field, &value.describe(), "not here: no such field")),
        }
    }
    Ok(())
}
