//! `sim doctor`.

use bsr_sim::tools::{Finding, Search, doctor};

use super::{failure::Failure, output};

/// Shows every tool; true if all that are required were found.
pub(crate) fn run(json: bool) -> Result<bool, Failure> {
    let findings = doctor(&Search::from_environment());
    if json {
        output::json(&findings)?;
    } else {
        findings.iter().try_for_each(print)?;
    }
    Ok(findings.iter().all(|finding| !finding.required || finding.version.is_some()))
}

fn print(finding: &Finding) -> Result<(), Failure> {
    let Finding { tool, unlocks, .. } = finding;
    let mark = if finding.version.is_some() { "ok" } else { "--" };
    let version = finding.version.as_deref().unwrap_or("not found");
    output::line(&format!("{mark} {tool:<10} {version}"))?;
    if let Some(path) = &finding.path {
        output::line(&format!("   {:<10} {}", "", path.display()))?;
    }
    output::line(&format!("   {:<10} unlocks {unlocks}", ""))?;
    match &finding.problem {
        Some(problem) => output::line(&format!("   {:<10} {problem}", "")),
        None => Ok(()),
    }
}
