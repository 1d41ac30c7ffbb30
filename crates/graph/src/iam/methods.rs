//! The published methods by which a principal in AWS becomes another one.
//!
//! Sources: Rhino Security Labs, "AWS IAM Privilege Escalation" (the first 21); Bishop Fox, "IAM Vulnerable"; the
//! pathfinding.cloud catalogue, whose ids stand in `published`. What is a chain of others (a policy put on a role *and* the
//! role assumed) is no method of its own: the steps compose.

use super::account::EntityKind;

/// A method.
#[derive(Debug, PartialEq, Eq)]
pub struct Method {
    /// Its id, in kebab case.
    pub id: &'static str,
    /// What is done, for people: completes "X can ...".
    pub name: &'static str,
    /// Every action that it takes, and on what.
    pub(super) actions: &'static [(&'static str, On)],
    /// Who is gained.
    pub(super) gain: Gain,
    /// The ATT&CK technique.
    pub technique: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// Its ids in the pathfinding.cloud catalogue, may be empty.
    pub published: &'static [&'static str],
}

impl Method {
    /// The actions that it takes, as AWS writes them.
    pub fn actions(&self) -> impl Iterator<Item = &'static str> {
        self.actions.iter().map(|(action, _)| *action)
    }
}

/// On what an action is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// On the principal that is gained or changed.
    Target,
    /// On a customer-managed policy that is attached to it.
    ItsPolicy,
    /// On a resource that is made for it, of this service and type: `lambda:function:*`.
    New(&'static str),
    /// On a resource that is there already.
    Existing(&'static str),
    /// On `*`: the action knows no resources, or all of them are meant.
    All,
}

/// Who is gained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gain {
    /// The account: everything is allowed already.
    Account,
    /// The account, standing at the principal that is given every right.
    Change(EntityKind),
    /// As `Change`, by writing a managed policy that is attached to it.
    Rewrite,
    /// As `Rewrite`, by going back to another version of it.
    Switch,
    /// The account, standing at a principal that is kept from every right only by its boundary.
    Unbind(EntityKind),
    /// The principal itself.
    Become(EntityKind),
    /// A user's console: whether it has a password must be so.
    Console { has_password: bool },
    /// A role, by assuming it as its trust policy lets.
    Assume,
    /// A role that can be passed to this service.
    Pass(&'static str),
    /// A role that something of this service runs as: the service, and in words what.
    Run(&'static str, &'static str),
}

use EntityKind::{Group, Role, User};
use Gain::{Account, Assume, Become, Change, Console, Pass, Rewrite, Run, Switch, Unbind};
use On::{All, Existing, ItsPolicy, New, Target};

const PASS: (&str, On) = ("iam:PassRole", Target);
const EC2: &str = "ec2.amazonaws.com";
const ECS: &str = "ecs-tasks.amazonaws.com";
const LAMBDA: &str = "lambda.amazonaws.com";
const GLUE: &str = "glue.amazonaws.com";
const CLOUDFORMATION: &str = "cloudformation.amazonaws.com";
const CODEBUILD: &str = "codebuild.amazonaws.com";
const SAGEMAKER: &str = "sagemaker.amazonaws.com";
const BEDROCK: &str = "bedrock-agentcore.amazonaws.com";
/// It assumes roles as an identity provider, not as a service.
pub(super) const COGNITO: &str = "cognito-identity.amazonaws.com";
const APPRUNNER: &str = "tasks.apprunner.amazonaws.com";

/// An EC2 instance with it, and so on: what a role of an existing resource rests on.
const INSTANCE: &str = "an EC2 instance";

const LIMIT_TARGETS: &str = "Allow it only on the principals it is needed for, or remove it";
const LIMIT_PASSING: &str =
    "Allow iam:PassRole only for the roles that are needed, with the condition iam:PassedToService";
const LIMIT_RESOURCES: &str = "Allow it only on the resources it is needed for, and give their role less";

macro_rules! methods {
    ($($id:literal, $name:literal, [$($action:expr),* $(,)?], $gain:expr, $technique:literal, $fix:expr, [$($published:literal),*];)*) => {
        /// Every method.
        pub const METHODS: &[Method] = &[$(Method {
            id: $id,
            name: $name,
            actions: &[$($action),*],
            gain: $gain,
            technique: $technique,
            fix: $fix,
            published: &[$($published),*],
        }),*];
    };
}

#[rustfmt::skip]
methods! {
    // Rights that are all there already.
    "administrator", "do everything in the account",
        [("iam:CreateUser", All), ("iam:PutRolePolicy", All), ("iam:PassRole", All), ("sts:AssumeRole", All), ("s3:GetObject", All)],
        Account, "T1078.004", "Allow only what is used: see the last accessed services", [];

    // Changing policies.
    "create-policy-version", "write a new version of a policy that is attached",
        [("iam:CreatePolicyVersion", ItsPolicy)], Rewrite, "T1098.003", LIMIT_TARGETS, ["iam-001"];
    "set-default-policy-version", "go back to another version of a policy that is attached",
        [("iam:SetDefaultPolicyVersion", ItsPolicy)], Switch, "T1098.003", "Remove it, and delete versions that allow more", [];
    "attach-user-policy", "attach any policy to the user",
        [("iam:AttachUserPolicy", Target)], Change(User), "T1098.003", LIMIT_TARGETS, ["iam-008"];
    "attach-group-policy", "attach any policy to the group",
        [("iam:AttachGroupPolicy", Target)], Change(Group), "T1098.003", LIMIT_TARGETS, ["iam-010"];
    "attach-role-policy", "attach any policy to the role",
        [("iam:AttachRolePolicy", Target)], Change(Role), "T1098.003", LIMIT_TARGETS, ["iam-009"];
    "put-user-policy", "write an inline policy of the user",
        [("iam:PutUserPolicy", Target)], Change(User), "T1098.003", LIMIT_TARGETS, ["iam-007"];
    "put-group-policy", "write an inline policy of the group",
        [("iam:PutGroupPolicy", Target)], Change(Group), "T1098.003", LIMIT_TARGETS, ["iam-011"];
    "put-role-policy", "write an inline policy of the role",
        [("iam:PutRolePolicy", Target)], Change(Role), "T1098.003", LIMIT_TARGETS, ["iam-005"];
    "delete-user-boundary", "take the permissions boundary off the user",
        [("iam:DeleteUserPermissionsBoundary", Target)], Unbind(User), "T1098.003", LIMIT_TARGETS, [];
    "delete-role-boundary", "take the permissions boundary off the role",
        [("iam:DeleteRolePermissionsBoundary", Target)], Unbind(Role), "T1098.003", LIMIT_TARGETS, [];
    "put-user-boundary", "put a wider permissions boundary on the user",
        [("iam:PutUserPermissionsBoundary", Target)], Unbind(User), "T1098.003", LIMIT_TARGETS, [];
    "put-role-boundary", "put a wider permissions boundary on the role",
        [("iam:PutRolePermissionsBoundary", Target)], Unbind(Role), "T1098.003", LIMIT_TARGETS, [];

    // Becoming another principal.
    "create-access-key", "make an access key of the user",
        [("iam:CreateAccessKey", Target)], Become(User), "T1098.001", LIMIT_TARGETS, ["iam-002", "iam-003"];
    "create-login-profile", "give the user a console password",
        [("iam:CreateLoginProfile", Target)], Console { has_password: false }, "T1098.001", LIMIT_TARGETS, ["iam-004"];
    "update-login-profile", "change the user's console password",
        [("iam:UpdateLoginProfile", Target)], Console { has_password: true }, "T1098.001", LIMIT_TARGETS, ["iam-006"];
    "add-user-to-group", "join the group",
        [("iam:AddUserToGroup", Target)], Become(Group), "T1098.003", LIMIT_TARGETS, ["iam-013"];
    "update-assume-role-policy", "rewrite whom the role trusts",
        [("iam:UpdateAssumeRolePolicy", Target)], Become(Role), "T1098.003", LIMIT_TARGETS, ["iam-012"];
    "assume-role", "assume the role",
        [("sts:AssumeRole", Target)], Assume, "T1548.005", "Trust only the principals that need the role, with a condition", ["sts-001"];

    // Passing a role to something new.
    "pass-role-ec2-run-instances", "start an instance with the role and use its credentials",
        [PASS, ("ec2:RunInstances", New("ec2:instance/*"))], Pass(EC2), "T1548.005", LIMIT_PASSING, ["ec2-001"];
    "pass-role-ec2-spot", "request a spot instance with the role",
        [PASS, ("ec2:RequestSpotInstances", New("ec2:spot-instances-request/*"))], Pass(EC2), "T1548.005", LIMIT_PASSING, ["ec2-003"];
    "pass-role-ec2-associate-profile", "put the role on an instance that is there",
        [PASS, ("ec2:AssociateIamInstanceProfile", Existing("ec2:instance/*"))], Pass(EC2), "T1548.005", LIMIT_PASSING, [];
    "pass-role-ec2-replace-profile", "put the role on an instance in the place of another",
        [PASS, ("ec2:ReplaceIamInstanceProfileAssociation", Existing("ec2:instance/*"))], Pass(EC2), "T1548.005", LIMIT_PASSING, [];
    "pass-role-autoscaling", "start instances with the role through an Auto Scaling group",
        [PASS, ("autoscaling:CreateLaunchConfiguration", New("autoscaling:launchConfiguration:*")), ("autoscaling:CreateAutoScalingGroup", New("autoscaling:autoScalingGroup:*"))],
        Pass(EC2), "T1548.005", LIMIT_PASSING, [];
    "pass-role-lambda-invoke", "run code as the role in a new Lambda function",
        [PASS, ("lambda:CreateFunction", New("lambda:function:*")), ("lambda:InvokeFunction", New("lambda:function:*"))],
        Pass(LAMBDA), "T1648", LIMIT_PASSING, ["lambda-001"];
    "pass-role-lambda-event-source", "run code as the role in a new Lambda function that an event starts",
        [PASS, ("lambda:CreateFunction", New("lambda:function:*")), ("lambda:CreateEventSourceMapping", New("lambda:event-source-mapping:*"))],
        Pass(LAMBDA), "T1648", LIMIT_PASSING, ["lambda-002"];
    "pass-role-lambda-add-permission", "run code as the role in a new Lambda function that others may invoke",
        [PASS, ("lambda:CreateFunction", New("lambda:function:*")), ("lambda:AddPermission", New("lambda:function:*"))],
        Pass(LAMBDA), "T1648", LIMIT_PASSING, ["lambda-006"];
    "pass-role-glue-dev-endpoint", "log in to a new Glue development endpoint with the role",
        [PASS, ("glue:CreateDevEndpoint", New("glue:devEndpoint/*"))], Pass(GLUE), "T1548.005", LIMIT_PASSING, ["glue-001"];
    "pass-role-glue-job-run", "run a new Glue job as the role",
        [PASS, ("glue:CreateJob", New("glue:job/*")), ("glue:StartJobRun", New("glue:job/*"))], Pass(GLUE), "T1648", LIMIT_PASSING, ["glue-003"];
    "pass-role-glue-job-trigger", "run a new Glue job as the role by a trigger",
        [PASS, ("glue:CreateJob", New("glue:job/*")), ("glue:CreateTrigger", New("glue:trigger/*"))], Pass(GLUE), "T1648", LIMIT_PASSING, ["glue-004"];
    "pass-role-glue-update-run", "give a Glue job the role and run it",
        [PASS, ("glue:UpdateJob", Existing("glue:job/*")), ("glue:StartJobRun", Existing("glue:job/*"))], Pass(GLUE), "T1648", LIMIT_PASSING, ["glue-005"];
    "pass-role-glue-update-trigger", "give a Glue job the role and run it by a trigger",
        [PASS, ("glue:UpdateJob", Existing("glue:job/*")), ("glue:CreateTrigger", New("glue:trigger/*"))], Pass(GLUE), "T1648", LIMIT_PASSING, ["glue-006"];
    "pass-role-cloudformation-stack", "make anything as the role through a new stack",
        [PASS, ("cloudformation:CreateStack", New("cloudformation:stack/*"))], Pass(CLOUDFORMATION), "T1548.005", LIMIT_PASSING, ["cloudformation-001"];
    "pass-role-cloudformation-stack-set", "make anything as the role through a new stack set",
        [PASS, ("cloudformation:CreateStackSet", New("cloudformation:stackset/*")), ("cloudformation:CreateStackInstances", New("cloudformation:stackset/*"))],
        Pass(CLOUDFORMATION), "T1548.005", LIMIT_PASSING, ["cloudformation-003"];
    "pass-role-cloudformation-update-stack-set", "give a stack set the role and a template",
        [PASS, ("cloudformation:UpdateStackSet", Existing("cloudformation:stackset/*"))], Pass(CLOUDFORMATION), "T1548.005", LIMIT_PASSING, ["cloudformation-004"];
    "pass-role-glue-session", "run code as the role in a new interactive Glue session",
        [PASS, ("glue:CreateSession", New("glue:session/*")), ("glue:RunStatement", New("glue:session/*"))], Pass(GLUE), "T1648", LIMIT_PASSING, [];
    "pass-role-codebuild-build", "run a new build as the role",
        [PASS, ("codebuild:CreateProject", New("codebuild:project/*")), ("codebuild:StartBuild", New("codebuild:project/*"))],
        Pass(CODEBUILD), "T1648", LIMIT_PASSING, ["codebuild-001"];
    "pass-role-codebuild-batch", "run a new batch of builds as the role",
        [PASS, ("codebuild:CreateProject", New("codebuild:project/*")), ("codebuild:StartBuildBatch", New("codebuild:project/*"))],
        Pass(CODEBUILD), "T1648", LIMIT_PASSING, ["codebuild-004"];
    "pass-role-codebuild-update", "give a build project the role and run it",
        [PASS, ("codebuild:UpdateProject", Existing("codebuild:project/*")), ("codebuild:StartBuild", Existing("codebuild:project/*"))],
        Pass(CODEBUILD), "T1648", LIMIT_PASSING, [];
    "pass-role-datapipeline", "run commands as the role in a new data pipeline",
        [PASS, ("datapipeline:CreatePipeline", New("datapipeline:*")), ("datapipeline:PutPipelineDefinition", New("datapipeline:*")), ("datapipeline:ActivatePipeline", New("datapipeline:*"))],
        Pass("datapipeline.amazonaws.com"), "T1548.005", LIMIT_PASSING, ["datapipeline-001"];
    "pass-role-ecs-service", "run a container as the role in an ECS service",
        [PASS, ("ecs:RegisterTaskDefinition", New("ecs:task-definition/*")), ("ecs:CreateService", New("ecs:service/*"))], Pass(ECS), "T1610", LIMIT_PASSING, ["ecs-001", "ecs-003"];
    "pass-role-ecs-run-task", "run a container as the role in an ECS task",
        [PASS, ("ecs:RegisterTaskDefinition", New("ecs:task-definition/*")), ("ecs:RunTask", New("ecs:task-definition/*"))], Pass(ECS), "T1610", LIMIT_PASSING, ["ecs-002", "ecs-004"];
    "pass-role-ecs-start-task", "start a container as the role on an ECS instance",
        [PASS, ("ecs:RegisterTaskDefinition", New("ecs:task-definition/*")), ("ecs:StartTask", New("ecs:task-definition/*"))], Pass(ECS), "T1610", LIMIT_PASSING, ["ecs-005"];
    "pass-role-batch", "run a container as the role in a Batch job",
        [PASS, ("batch:RegisterJobDefinition", New("batch:job-definition/*")), ("batch:SubmitJob", New("batch:job-definition/*"))], Pass(ECS), "T1610", LIMIT_PASSING, [];
    "pass-role-sagemaker-notebook", "open a new notebook with the role",
        [PASS, ("sagemaker:CreateNotebookInstance", New("sagemaker:notebook-instance/*"))], Pass(SAGEMAKER), "T1548.005", LIMIT_PASSING, ["sagemaker-001"];
    "pass-role-sagemaker-training", "run a container as the role in a training job",
        [PASS, ("sagemaker:CreateTrainingJob", New("sagemaker:training-job/*"))], Pass(SAGEMAKER), "T1610", LIMIT_PASSING, ["sagemaker-002"];
    "pass-role-sagemaker-processing", "run a container as the role in a processing job",
        [PASS, ("sagemaker:CreateProcessingJob", New("sagemaker:processing-job/*"))], Pass(SAGEMAKER), "T1610", LIMIT_PASSING, ["sagemaker-003"];
    "pass-role-apprunner", "run a container as the role in a new App Runner service",
        [PASS, ("apprunner:CreateService", New("apprunner:service/*"))], Pass(APPRUNNER), "T1610", LIMIT_PASSING, ["apprunner-001"];
    "pass-role-bedrock-code-interpreter", "run code as the role in a new Bedrock code interpreter",
        [PASS, ("bedrock-agentcore:CreateCodeInterpreter", New("bedrock-agentcore:code-interpreter*")), ("bedrock-agentcore:StartCodeInterpreterSession", New("bedrock-agentcore:code-interpreter*")), ("bedrock-agentcore:InvokeCodeInterpreter", New("bedrock-agentcore:code-interpreter*"))],
        Pass(BEDROCK), "T1648", LIMIT_PASSING, ["bedrock-001"];
    "pass-role-bedrock-agent-runtime", "run code as the role in a new Bedrock agent",
        [PASS, ("bedrock-agentcore:CreateAgentRuntime", New("bedrock-agentcore:runtime/*")), ("bedrock-agentcore:InvokeAgentRuntime", New("bedrock-agentcore:runtime/*"))],
        Pass(BEDROCK), "T1648", LIMIT_PASSING, [];
    "pass-role-eks-pod-identity", "give the role to pods of a cluster",
        [PASS, ("eks:CreatePodIdentityAssociation", Existing("eks:cluster/*"))], Pass("pods.eks.amazonaws.com"), "T1098.003", LIMIT_PASSING, [];
    "pass-role-roles-anywhere", "have certificates of an authority of one's own open the role",
        [PASS, ("rolesanywhere:CreateTrustAnchor", All), ("rolesanywhere:CreateProfile", All)], Pass("rolesanywhere.amazonaws.com"), "T1098.001", LIMIT_PASSING, [];
    "pass-role-step-functions", "call any AWS API as the role in a new state machine",
        [PASS, ("states:CreateStateMachine", New("states:stateMachine:*")), ("states:StartExecution", New("states:stateMachine:*"))],
        Pass("states.amazonaws.com"), "T1648", LIMIT_PASSING, [];
    "pass-role-emr", "run steps as the role on a new EMR cluster",
        [PASS, ("elasticmapreduce:RunJobFlow", New("elasticmapreduce:cluster/*"))], Pass(EC2), "T1548.005", LIMIT_PASSING, [];
    "pass-role-emr-serverless", "run code as the role in a serverless EMR application",
        [PASS, ("emr-serverless:CreateApplication", All), ("emr-serverless:StartJobRun", New("emr-serverless:/applications/*"))],
        Pass("emr-serverless.amazonaws.com"), "T1648", LIMIT_PASSING, [];
    "pass-role-scheduler", "call any AWS API as the role by a schedule",
        [PASS, ("scheduler:CreateSchedule", New("scheduler:schedule/*"))], Pass("scheduler.amazonaws.com"), "T1648", LIMIT_PASSING, [];
    "pass-role-cognito", "hand out credentials of the role to guests of an identity pool",
        [PASS, ("cognito-identity:SetIdentityPoolRoles", All)], Pass(COGNITO), "T1548.005", LIMIT_PASSING, [];
    "pass-role-ssm-automation", "run an automation as the role",
        [PASS, ("ssm:StartAutomationExecution", New("ssm:automation-definition/*"))], Pass("ssm.amazonaws.com"), "T1651", LIMIT_PASSING, [];

    // Using the role of something that is there.
    "lambda-update-code", "replace the code of a Lambda function that runs as the role",
        [("lambda:UpdateFunctionCode", Existing("lambda:function:*"))], Run(LAMBDA, "a Lambda function"), "T1648", LIMIT_RESOURCES, ["lambda-003", "lambda-004", "lambda-005"];
    "lambda-update-configuration", "put a layer into a Lambda function that runs as the role",
        [("lambda:UpdateFunctionConfiguration", Existing("lambda:function:*"))], Run(LAMBDA, "a Lambda function"), "T1648", LIMIT_RESOURCES, [];
    "glue-update-dev-endpoint", "put an SSH key on a Glue development endpoint of the role",
        [("glue:UpdateDevEndpoint", Existing("glue:devEndpoint/*"))], Run(GLUE, "a Glue development endpoint"), "T1098.004", LIMIT_RESOURCES, ["glue-002"];
    "cloudformation-update-stack", "change a stack that is deployed as the role",
        [("cloudformation:UpdateStack", Existing("cloudformation:stack/*"))], Run(CLOUDFORMATION, "a CloudFormation stack"), "T1548.005", LIMIT_RESOURCES, ["cloudformation-002"];
    "cloudformation-change-set", "change a stack that is deployed as the role by a change set",
        [("cloudformation:CreateChangeSet", Existing("cloudformation:stack/*")), ("cloudformation:ExecuteChangeSet", Existing("cloudformation:stack/*"))],
        Run(CLOUDFORMATION, "a CloudFormation stack"), "T1548.005", LIMIT_RESOURCES, ["cloudformation-005"];
    "codebuild-start-build", "run own commands in a build that runs as the role",
        [("codebuild:StartBuild", Existing("codebuild:project/*"))], Run(CODEBUILD, "a CodeBuild project"), "T1648", LIMIT_RESOURCES, ["codebuild-002"];
    "codebuild-start-build-batch", "run own commands in a batch of builds that runs as the role",
        [("codebuild:StartBuildBatch", Existing("codebuild:project/*"))], Run(CODEBUILD, "a CodeBuild project"), "T1648", LIMIT_RESOURCES, ["codebuild-003"];
    "ec2-user-data", "change the start script of an instance with the role",
        [("ec2:ModifyInstanceAttribute", Existing("ec2:instance/*")), ("ec2:StopInstances", Existing("ec2:instance/*")), ("ec2:StartInstances", Existing("ec2:instance/*"))],
        Run(EC2, INSTANCE), "T1578", LIMIT_RESOURCES, ["ec2-002"];
    "ec2-launch-template", "change the launch template of instances with the role",
        [("ec2:CreateLaunchTemplateVersion", Existing("ec2:launch-template/*")), ("ec2:ModifyLaunchTemplate", Existing("ec2:launch-template/*"))],
        Run(EC2, "a launch template of an Auto Scaling group"), "T1578", LIMIT_RESOURCES, ["ec2-004"];
    "ec2-instance-connect", "log in by SSH to an instance with the role",
        [("ec2-instance-connect:SendSSHPublicKey", Existing("ec2:instance/*"))], Run(EC2, INSTANCE), "T1021.008", LIMIT_RESOURCES, ["ec2instanceconnect-003"];
    "ec2-serial-console", "log in at the serial console of an instance with the role",
        [("ec2-instance-connect:SendSerialConsoleSSHPublicKey", Existing("ec2:instance/*"))], Run(EC2, INSTANCE), "T1021.008", LIMIT_RESOURCES, [];
    "ssm-start-session", "open a shell on an instance with the role",
        [("ssm:StartSession", Existing("ec2:instance/*"))], Run(EC2, INSTANCE), "T1021.008", LIMIT_RESOURCES, ["ssm-001"];
    "ssm-send-command", "run commands on an instance with the role",
        [("ssm:SendCommand", Existing("ec2:instance/*"))], Run(EC2, INSTANCE), "T1651", LIMIT_RESOURCES, ["ssm-002"];
    "ssm-create-association", "have State Manager run commands on an instance with the role",
        [("ssm:CreateAssociation", Existing("ec2:instance/*"))], Run(EC2, INSTANCE), "T1651", LIMIT_RESOURCES, [];
    "ecs-execute-command", "run commands in a container of the role",
        [("ecs:ExecuteCommand", Existing("ecs:task/*"))], Run(ECS, "an ECS task"), "T1609", LIMIT_RESOURCES, ["ecs-006"];
    "apprunner-update", "change an App Runner service that runs as the role",
        [("apprunner:UpdateService", Existing("apprunner:service/*"))], Run(APPRUNNER, "an App Runner service"), "T1610", LIMIT_RESOURCES, ["apprunner-002"];
    "bedrock-code-interpreter", "run code in a Bedrock code interpreter of the role",
        [("bedrock-agentcore:StartCodeInterpreterSession", Existing("bedrock-agentcore:code-interpreter*")), ("bedrock-agentcore:InvokeCodeInterpreter", Existing("bedrock-agentcore:code-interpreter*"))],
        Run(BEDROCK, "a Bedrock code interpreter"), "T1648", LIMIT_RESOURCES, ["bedrock-002"];
    "emr-add-steps", "run commands on an EMR cluster of the role",
        [("elasticmapreduce:AddJobFlowSteps", Existing("elasticmapreduce:cluster/*"))], Run(EC2, "an EMR cluster"), "T1651", LIMIT_RESOURCES, [];
    "sagemaker-studio-url", "open a Studio of the role",
        [("sagemaker:CreatePresignedDomainUrl", Existing("sagemaker:user-profile/*"))], Run(SAGEMAKER, "a SageMaker Studio"), "T1550.001", LIMIT_RESOURCES, [];
    "sagemaker-presigned-url", "open a notebook of the role",
        [("sagemaker:CreatePresignedNotebookInstanceUrl", Existing("sagemaker:notebook-instance/*"))], Run(SAGEMAKER, "a SageMaker notebook"), "T1550.001", LIMIT_RESOURCES, ["sagemaker-004"];
    "sagemaker-lifecycle", "change the start script of a notebook of the role",
        [("sagemaker:CreateNotebookInstanceLifecycleConfig", New("sagemaker:notebook-instance-lifecycle-config/*")), ("sagemaker:StopNotebookInstance", Existing("sagemaker:notebook-instance/*")), ("sagemaker:UpdateNotebookInstance", Existing("sagemaker:notebook-instance/*")), ("sagemaker:StartNotebookInstance", Existing("sagemaker:notebook-instance/*"))],
        Run(SAGEMAKER, "a SageMaker notebook"), "T1578", LIMIT_RESOURCES, ["sagemaker-005"];
    "step-functions-update", "change a state machine that runs as the role",
        [("states:UpdateStateMachine", Existing("states:stateMachine:*")), ("states:StartExecution", Existing("states:stateMachine:*"))],
        Run("states.amazonaws.com", "a state machine"), "T1648", LIMIT_RESOURCES, [];
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_method_is_whole_and_has_a_name_of_its_own() {
        let ids: BTreeSet<_> = METHODS.iter().map(|method| method.id).collect();
        assert_eq!(ids.len(), METHODS.len());
        for method in METHODS {
            assert!(
                method.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                method.id
            );
            assert!(method.technique.starts_with('T') && !method.name.is_empty() && !method.fix.is_empty());
            assert!(method.actions().all(|action| action.split_once(':').is_some()), "{}", method.id);
            let passes = method.actions().any(|action| action == "iam:PassRole");
            assert_eq!(passes, matches!(method.gain, Pass(_) | Account), "{}", method.id);
        }
    }
}
