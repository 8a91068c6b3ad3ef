//! Changes in ZITADEL itself, with a personal access token, and what a finding offers to do. The
//! sandbox is changed in the same way as any ZITADEL.

use contract::{
    exchange::Purpose,
    finding::{Action, Finding, FindingCode},
    token::{InspectedToken, IntrospectedToken},
    workspace::{ItemState, ManagementView},
};
use zitadel_client::{
    introspection::About,
    management::{AccessTokenType, Management, ManagementError, State},
    secret::{AccessToken, PersonalAccessToken},
};

use super::Workbench;
use crate::{diagnosis, inspect};

/// Who changes ZITADEL here.
pub(super) struct Managed {
    management: Management,
    /// The issuer that the token is for; it is never sent to another.
    issuer: String,
    view: ManagementView,
}

/// What a service user is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagedAs {
    /// Unlocked and reactivated.
    Active,
    /// Locked: no tokens until it is unlocked.
    Locked,
    /// Deactivated: likewise.
    Deactivated,
    /// Removed for good.
    Removed,
}

/// Why ZITADEL was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Nobody entered a personal access token for this issuer.
    #[error("Enter a personal access token in Setup first: ZITADEL is changed in its user's name.")]
    NotManaged,
    /// Roles belong to a project, and its id is not known.
    #[error("The project's id is not known yet: enter it in Setup.")]
    NoProject,
    /// ZITADEL said no, or could not be asked.
    #[error(transparent)]
    Management(#[from] ManagementError),
}

impl Workbench {
    /// Manages ZITADEL with this token from now on, or no more. It stays in memory and is forgotten
    /// with the set-up.
    pub async fn manage_with(&self, token: Option<PersonalAccessToken>) {
        self.look_again().await;
        let Some(token) = token else {
            self.0.managed.lock().take();
            return self.emit_workspace();
        };
        let Some(issuer) = self.issuer() else {
            // There is nobody yet to whom it could belong.
            return self.emit_workspace();
        };
        let management = Management::new(self.http(), &issuer, token);
        let mut view = ManagementView {
            user_name: None,
            organization: None,
            state: ItemState::Checking,
            finding: None,
        };
        let keep = |view: &ManagementView| {
            let (management, issuer) = (management.clone(), issuer.clone());
            *self.0.managed.lock() = Some(Managed { management, issuer, view: view.clone() });
            self.emit_workspace();
        };
        keep(&view);
        match management.who_am_i().await {
            Ok(user) => {
                view.user_name = Some(user.user_name);
                view.state = ItemState::Ok;
            }
            Err(error) => {
                view.state = ItemState::Wrong;
                view.finding = Some(refused(&error));
            }
        }
        if view.state == ItemState::Ok {
            match management.own_organization().await {
                Ok(organization) => view.organization = Some(organization.name),
                Err(error) => {
                    view.state = ItemState::Wrong;
                    view.finding = Some(refused(&error));
                }
            }
        }
        keep(&view);
    }

    fn issuer(&self) -> Option<String> {
        self.0.setup.lock().discovery().map(|discovery| discovery.issuer.clone())
    }

    /// The way to change this issuer, where somebody may. It goes by the settings as they are now,
    /// not as they were when the token was entered.
    pub fn management(&self) -> Option<Management> {
        let (issuer, http) = (self.issuer()?, self.http());
        let managed = self.0.managed.lock();
        let managed = managed.as_ref().filter(|one| one.issuer == issuer)?;
        Some(managed.management.with_http(http))
    }

    pub(super) fn management_view(&self) -> Option<ManagementView> {
        self.0.managed.lock().as_ref().map(|managed| managed.view.clone())
    }

    fn managing(&self) -> Result<Management, ChangeError> {
        self.management().ok_or(ChangeError::NotManaged)
    }

    /// The project that roles are given on: the sandbox's own, else the set-up's.
    fn project(&self) -> Result<String, ChangeError> {
        let sandbox = self.0.sandbox.lock().as_ref().map(|sandbox| sandbox.project_id.clone());
        let project = sandbox.filter(|id| !id.is_empty());
        let set_up = || self.0.setup.lock().workspace().project_id.clone();
        project.or_else(set_up).ok_or(ChangeError::NoProject)
    }

    /// Gives a service user a role on the API's project.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub async fn give_role(&self, user_id: &str, role: &str) -> Result<(), ChangeError> {
        let (management, project) = (self.managing()?, self.project()?);
        self.changes().note(user_id, Some(role));
        Ok(management.give_role(user_id, &project, role).await?)
    }

    /// Takes it away.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub async fn take_role(&self, user_id: &str, role: &str) -> Result<(), ChangeError> {
        let (management, project) = (self.managing()?, self.project()?);
        self.changes().note(user_id, None);
        Ok(management.take_role(user_id, &project, role).await?)
    }

    /// Locks, deactivates or removes a service user, or makes it active again. What is so already is
    /// well.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub async fn set_user(&self, user_id: &str, wanted: ManagedAs) -> Result<(), ChangeError> {
        let management = self.managing()?;
        self.changes().note(user_id, None);
        if wanted != ManagedAs::Removed {
            // Whatever else it is, ZITADEL locks and deactivates only what is active.
            match management.user(user_id).await?.state {
                State::Locked => management.unlock_user(user_id).await.map(drop)?,
                State::Inactive => management.reactivate_user(user_id).await.map(drop)?,
                _ => {}
            }
        }
        let changed = match wanted {
            // Tokens from before stay dead; the row needs a new one.
            ManagedAs::Active => {
                self.forget_token(user_id);
                return Ok(());
            }
            ManagedAs::Locked => management.lock_user(user_id).await,
            ManagedAs::Deactivated => management.deactivate_user(user_id).await,
            ManagedAs::Removed => management.delete_user(user_id).await,
        };
        match changed {
            Err(error) if !error.is_already_so() => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Says what kind of access token a service user gets from now on.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub async fn set_token_type(&self, user_id: &str, jwt: bool) -> Result<(), ChangeError> {
        let kind = if jwt { AccessTokenType::Jwt } else { AccessTokenType::Bearer };
        self.managing()?.change_token_type(user_id, kind).await?;
        // The next call shows the new kind.
        self.forget_token(user_id);
        Ok(())
    }

    /// Asks the issuer about a pasted token, in the API's name.
    ///
    /// # Errors
    /// In words; nothing was asked where nothing is set up.
    pub async fn introspect_pasted(&self, pasted: &str) -> Result<IntrospectedToken, String> {
        let (.., stage) = self.ready().map_err(|error| error.to_string())?;
        let token = AccessToken::from(inspect::bare(pasted).1.to_owned());
        let about = About { request_id: None, user: None, purpose: Purpose::Probe };
        let answer = stage.introspector.introspect(&token, about).await;
        let answer = answer.map_err(|error| error.to_string())?;
        Ok(IntrospectedToken {
            exchange: Some(answer.exchange),
            claims: answer.claims.into(),
            findings: Vec::new(),
        })
    }

    /// What a pasted token shows by itself.
    pub fn inspect(&self, pasted: &str) -> InspectedToken {
        inspect::inspect(pasted, self.issuer().as_deref(), self.0.clock.now())
    }

    /// Does what a finding offers.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub async fn apply(&self, action: &Action) -> Result<(), ChangeError> {
        match action {
            Action::GiveRole { user_id, role } => return self.give_role(user_id, role).await,
            Action::SwitchOnUser { user_id } => {
                return self.set_user(user_id, ManagedAs::Active).await;
            }
            Action::SwitchOnApi { project_id, app_id } => {
                self.managing()?.reactivate_app(project_id, app_id).await?;
            }
            Action::SwitchOnProject { project_id } => {
                self.managing()?.reactivate_project(project_id).await?;
            }
            Action::SwitchOnAuthorization { user_id, authorization_id } => {
                let management = self.managing()?;
                self.changes().note(user_id, None);
                management.reactivate_authorization(user_id, authorization_id).await?;
            }
            Action::PlaceKey { path } => {
                let path = std::path::PathBuf::from(path);
                self.change_files(move |setup| setup.add_key_files(&[path])).await;
            }
            Action::UseIssuer { issuer } => {
                self.change(|setup| setup.set_issuer(issuer, setup.workspace().allow_http)).await;
            }
            Action::AllowHttp => {
                self.change(|setup| {
                    let typed = setup.workspace().issuer.clone();
                    setup.set_issuer(&typed, true);
                })
                .await;
            }
            Action::DefaultScopes => {
                self.change(|setup| match setup.workspace().scopes {
                    Some(_) => setup.set_scopes(None),
                    // Without an id it is learned anew.
                    None => setup.set_project_id(None),
                })
                .await;
            }
            Action::UseProject { project_id } => {
                self.change(|setup| {
                    setup.set_scopes(None);
                    setup.set_project_id(Some(project_id.clone()));
                })
                .await;
            }
            Action::AskAnew { user } => {
                self.0.tokens.lock().remove(user);
            }
            Action::DateBack { seconds } => self.date_back(*seconds).await,
            // Whoever asks calls next, or is asked for the place by the shell.
            Action::CallAgain | Action::FindKey { .. } => {}
        }
        Ok(())
    }
}

/// Why a personal access token is of no use here.
fn refused(error: &ManagementError) -> Finding {
    let title = if error.is_unauthenticated() {
        "ZITADEL does not accept this personal access token"
    } else if error.is_forbidden() {
        "This token's user may not manage its organization"
    } else {
        "ZITADEL could not be asked about this token"
    };
    diagnosis::cause(FindingCode::ManagementRefused, title)
        .because(format!("{error}").trim_end_matches('.').to_owned() + ".")
        .exchange(error.exchange(), "This is what ZITADEL answered.")
        .fix(
            "In the console, open a service account (service user) that is a manager of the \
             organization (ORG_OWNER), and create a token under Personal Access Tokens.",
        )
        .done()
}
