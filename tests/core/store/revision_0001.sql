BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE datasets (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	facts TEXT NOT NULL, 
	created_at FLOAT NOT NULL, 
	CONSTRAINT pk_datasets PRIMARY KEY (id), 
	CONSTRAINT uq_datasets_name UNIQUE (name)
);
INSERT INTO "datasets" VALUES('18565d0da72dafd52595fe48b03ca9b06dfc2c05d0c4c155576631d0aae8eb7e','iris','{"id":"18565d0da72dafd52595fe48b03ca9b06dfc2c05d0c4c155576631d0aae8eb7e","name":"iris","source":"built_in","rows":150,"features":["sepal length (cm)","sepal width (cm)","petal length (cm)","petal width (cm)"],"target":"species","task":"multiclass","class_counts":{"setosa":50,"versicolor":50,"virginica":50}}',1790000000.0);
INSERT INTO "datasets" VALUES('c7e84e8e03b2b5a354287416d84d08945318450658a22a63c39973d8306c2ca4','wine','{"id":"c7e84e8e03b2b5a354287416d84d08945318450658a22a63c39973d8306c2ca4","name":"wine","source":"built_in","rows":178,"features":["alcohol","malic_acid","ash","alcalinity_of_ash","magnesium","total_phenols","flavanoids","nonflavanoid_phenols","proanthocyanins","color_intensity","hue","od280/od315_of_diluted_wines","proline"],"target":"cultivar","task":"multiclass","class_counts":{"class_0":59,"class_1":71,"class_2":48}}',1790000000.0);
INSERT INTO "datasets" VALUES('cdd5f37c36cbdfc2e5ee074cec7540fac54340874afb25917a673e446270d0d0','breast_cancer','{"id":"cdd5f37c36cbdfc2e5ee074cec7540fac54340874afb25917a673e446270d0d0","name":"breast_cancer","source":"built_in","rows":569,"features":["mean radius","mean texture","mean perimeter","mean area","mean smoothness","mean compactness","mean concavity","mean concave points","mean symmetry","mean fractal dimension","radius error","texture error","perimeter error","area error","smoothness error","compactness error","concavity error","concave points error","symmetry error","fractal dimension error","worst radius","worst texture","worst perimeter","worst area","worst smoothness","worst compactness","worst concavity","worst concave points","worst symmetry","worst fractal dimension"],"target":"diagnosis","task":"binary","class_counts":{"malignant":212,"benign":357}}',1790000000.0);
INSERT INTO "datasets" VALUES('f19a7d92591ca0a1ffc65ec172e8149afdff995e0d2c4cb0afd151f38471ff90','digits','{"id":"f19a7d92591ca0a1ffc65ec172e8149afdff995e0d2c4cb0afd151f38471ff90","name":"digits","source":"built_in","rows":1797,"features":["pixel_0_0","pixel_0_1","pixel_0_2","pixel_0_3","pixel_0_4","pixel_0_5","pixel_0_6","pixel_0_7","pixel_1_0","pixel_1_1","pixel_1_2","pixel_1_3","pixel_1_4","pixel_1_5","pixel_1_6","pixel_1_7","pixel_2_0","pixel_2_1","pixel_2_2","pixel_2_3","pixel_2_4","pixel_2_5","pixel_2_6","pixel_2_7","pixel_3_0","pixel_3_1","pixel_3_2","pixel_3_3","pixel_3_4","pixel_3_5","pixel_3_6","pixel_3_7","pixel_4_0","pixel_4_1","pixel_4_2","pixel_4_3","pixel_4_4","pixel_4_5","pixel_4_6","pixel_4_7","pixel_5_0","pixel_5_1","pixel_5_2","pixel_5_3","pixel_5_4","pixel_5_5","pixel_5_6","pixel_5_7","pixel_6_0","pixel_6_1","pixel_6_2","pixel_6_3","pixel_6_4","pixel_6_5","pixel_6_6","pixel_6_7","pixel_7_0","pixel_7_1","pixel_7_2","pixel_7_3","pixel_7_4","pixel_7_5","pixel_7_6","pixel_7_7"],"target":"digit","task":"multiclass","class_counts":{"0":178,"1":182,"2":177,"3":183,"4":181,"5":182,"6":181,"7":179,"8":174,"9":180}}',1790000000.0);
INSERT INTO "datasets" VALUES('e9c1f7559552854a24dc45b41c446ce5f79f96e5da081bcce24b57492720b3f7','diabetes','{"id":"e9c1f7559552854a24dc45b41c446ce5f79f96e5da081bcce24b57492720b3f7","name":"diabetes","source":"built_in","rows":442,"features":["age","sex","bmi","bp","s1","s2","s3","s4","s5","s6"],"target":"progression","task":"regression","class_counts":null}',1790000000.0);
CREATE TABLE events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	study_id VARCHAR NOT NULL, 
	at FLOAT NOT NULL, 
	type VARCHAR NOT NULL, 
	data JSON NOT NULL, 
	CONSTRAINT fk_events_study_id_studies FOREIGN KEY(study_id) REFERENCES studies (id) ON DELETE CASCADE
);
INSERT INTO "events" VALUES(1,'0000000000000001',1790000001.0,'study.queued','{}');
INSERT INTO "events" VALUES(2,'0000000000000001',1790000001.0,'study.running','{"worker":"host:1","claim":1}');
INSERT INTO "events" VALUES(3,'0000000000000001',1790000001.0,'generation.started','{"generation":0,"trials":[0,1,2]}');
INSERT INTO "events" VALUES(4,'0000000000000001',1790000001.0,'rung.decided','{"generation":0,"epochs":50,"decided":{"0":"complete","1":"complete","2":"complete"},"best":{"trial":0,"regularizer":"none","strengths":{},"score":0.1},"trials":{"waiting":0,"running":0,"complete":3,"pruned":0,"failed":0,"stopped":0},"max_trials":3,"seconds_left":0.0}');
INSERT INTO "events" VALUES(5,'0000000000000001',1790000001.0,'study.completed','{"reason":"budget","detail":null}');
INSERT INTO "events" VALUES(6,'0000000000000002',1790000002.0,'study.queued','{}');
INSERT INTO "events" VALUES(7,'0000000000000003',1790000003.0,'study.queued','{}');
INSERT INTO "events" VALUES(8,'0000000000000002',1790000003.0,'study.running','{"worker":"host:1","claim":1}');
CREATE TABLE studies (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	dataset_id VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	metric VARCHAR NOT NULL, 
	comparison VARCHAR NOT NULL, 
	spec TEXT NOT NULL, 
	resolved TEXT NOT NULL, 
	max_trials INTEGER NOT NULL, 
	idempotency_key VARCHAR, 
	state VARCHAR NOT NULL, 
	phase VARCHAR NOT NULL, 
	reason VARCHAR, 
	detail TEXT, 
	claim INTEGER NOT NULL, 
	worker VARCHAR, 
	lease_until FLOAT, 
	running_seconds FLOAT NOT NULL, 
	work_done BIGINT NOT NULL, 
	epochs_done INTEGER NOT NULL, 
	created_at FLOAT NOT NULL, 
	started_at FLOAT, 
	ended_at FLOAT, 
	CONSTRAINT pk_studies PRIMARY KEY (id), 
	CONSTRAINT fk_studies_dataset_id_datasets FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT uq_studies_idempotency_key UNIQUE (idempotency_key)
);
INSERT INTO "studies" VALUES('0000000000000001','breast_cancer','cdd5f37c36cbdfc2e5ee074cec7540fac54340874afb25917a673e446270d0d0','mlp','log_loss','05c0b5e6034f4a79','{"dataset":"breast_cancer","name":null,"tags":{"team":"a"},"seed":0,"mode":"single","model":{"kind":"mlp","hidden":[64,64],"activation":"relu"},"regularizers":[{"kind":"l2","strength":null},{"kind":"dropout","rate":null}],"baseline":null,"always":[],"objective":{"metric":null},"evaluation":{"folds":5,"repeats":1,"test_fraction":0.2,"split":"stratified"},"training":{"epochs":50,"batch_size":64,"optimizer":{"kind":"adam","beta1":0.9,"beta2":0.999,"epsilon":1e-8},"learning_rate":null,"precision":"float32"},"sampler":{"kind":"tpe"},"pruner":{"kind":"successive_halving","reduction_factor":3,"first_rung_epochs":null},"budget":{"max_trials":3,"max_seconds":null,"target":null}}','{"dataset":{"id":"cdd5f37c36cbdfc2e5ee074cec7540fac54340874afb25917a673e446270d0d0","name":"breast_cancer","source":"built_in","rows":569,"features":["mean radius","mean texture","mean perimeter","mean area","mean smoothness","mean compactness","mean concavity","mean concave points","mean symmetry","mean fractal dimension","radius error","texture error","perimeter error","area error","smoothness error","compactness error","concavity error","concave points error","symmetry error","fractal dimension error","worst radius","worst texture","worst perimeter","worst area","worst smoothness","worst compactness","worst concavity","worst concave points","worst symmetry","worst fractal dimension"],"target":"diagnosis","task":"binary","class_counts":{"malignant":212,"benign":357}},"name":"breast_cancer","tags":{"team":"a"},"seed":0,"mode":"single","model":{"kind":"mlp","hidden":[64,64],"activation":"relu"},"regularizers":[{"kind":"none","strengths":{}},{"kind":"l2","strengths":{"strength":{"low":1e-6,"high":1.0,"log":true}}},{"kind":"dropout","strengths":{"rate":{"low":0.02,"high":0.8,"log":false}}}],"baseline":null,"always":[],"objective":{"metric":"log_loss","direction":"minimize"},"evaluation":{"folds":5,"repeats":1,"test_fraction":0.2,"split":"stratified"},"training":{"epochs":50,"batch_size":64,"optimizer":{"kind":"adam","beta1":0.9,"beta2":0.999,"epsilon":1e-8},"learning_rates":[0.001],"precision":"float32","steps_per_epoch":6},"sampler":{"kind":"tpe"},"pruner":{"kind":"successive_halving","reduction_factor":3,"first_rung_epochs":null},"budget":{"max_trials":3,"max_seconds":null,"target":null},"plan":{"generation_trials":8,"cohort_lanes":16,"brackets":[{"rungs_epochs":[17,50],"share":1}]}}',3,'first','completed','search','budget',NULL,1,NULL,NULL,5.0,1000000000,150,1790000001.0,1790000001.0,1790000001.0);
INSERT INTO "studies" VALUES('0000000000000002','diabetes','e9c1f7559552854a24dc45b41c446ce5f79f96e5da081bcce24b57492720b3f7','linear','rmse','7f443ea4276f69b4','{"dataset":"diabetes","name":null,"tags":{},"seed":0,"mode":"single","model":{"kind":"linear"},"regularizers":null,"baseline":{"kind":"weight_decay","tau":40.0},"always":[],"objective":{"metric":null},"evaluation":{"folds":5,"repeats":1,"test_fraction":0.2,"split":"stratified"},"training":{"epochs":50,"batch_size":64,"optimizer":{"kind":"sgd","momentum":0.9,"nesterov":false},"learning_rate":[0.01,0.1],"precision":"float32"},"sampler":{"kind":"grid","points":8},"pruner":{"kind":"hyperband","reduction_factor":3,"first_rung_epochs":null},"budget":{"max_trials":128,"max_seconds":null,"target":null}}','{"dataset":{"id":"e9c1f7559552854a24dc45b41c446ce5f79f96e5da081bcce24b57492720b3f7","name":"diabetes","source":"built_in","rows":442,"features":["age","sex","bmi","bp","s1","s2","s3","s4","s5","s6"],"target":"progression","task":"regression","class_counts":null},"name":"diabetes","tags":{},"seed":0,"mode":"single","model":{"kind":"linear"},"regularizers":[{"kind":"none","strengths":{}},{"kind":"l1","strengths":{"strength":{"low":1e-6,"high":0.1,"log":true}}},{"kind":"l2","strengths":{"strength":{"low":1e-6,"high":1.0,"log":true}}},{"kind":"elastic_net","strengths":{"strength":{"low":1e-6,"high":0.1,"log":true},"l1_ratio":{"low":0.05,"high":0.95,"log":false}}},{"kind":"weight_decay","strengths":{"tau":{"low":0.5,"high":100.0,"log":true}}}],"baseline":{"kind":"weight_decay","strengths":{"tau":40.0}},"always":[],"objective":{"metric":"rmse","direction":"minimize"},"evaluation":{"folds":5,"repeats":1,"test_fraction":0.2,"split":"stratified"},"training":{"epochs":50,"batch_size":64,"optimizer":{"kind":"sgd","momentum":0.9,"nesterov":false},"learning_rates":[0.01,0.1],"precision":"float32","steps_per_epoch":5},"sampler":{"kind":"grid","points":8},"pruner":{"kind":"hyperband","reduction_factor":3,"first_rung_epochs":null},"budget":{"max_trials":128,"max_seconds":null,"target":null},"plan":{"generation_trials":32,"cohort_lanes":40,"brackets":[{"rungs_epochs":[17,50],"share":3},{"rungs_epochs":[50],"share":2}]}}',128,NULL,'running','search',NULL,NULL,1,'host:1',1790000033.0,0.0,0,0,1790000002.0,1790000003.0,NULL);
INSERT INTO "studies" VALUES('0000000000000003','iris','18565d0da72dafd52595fe48b03ca9b06dfc2c05d0c4c155576631d0aae8eb7e','mlp','accuracy','cdca4f26d582645b','{"dataset":"iris","name":null,"tags":{},"seed":0,"mode":"single","model":{"kind":"mlp","hidden":[8],"activation":"tanh"},"regularizers":[{"kind":"l1","strength":{"low":0.00001,"high":0.1,"log":true}},{"kind":"elastic_net","strength":null,"l1_ratio":null}],"baseline":null,"always":[{"kind":"l2","strength":0.0001}],"objective":{"metric":"accuracy"},"evaluation":{"folds":3,"repeats":2,"test_fraction":0.25,"split":"stratified"},"training":{"epochs":50,"batch_size":64,"optimizer":{"kind":"adam","beta1":0.9,"beta2":0.999,"epsilon":1e-8},"learning_rate":null,"precision":"float32"},"sampler":{"kind":"tpe"},"pruner":{"kind":"successive_halving","reduction_factor":3,"first_rung_epochs":null},"budget":{"max_trials":128,"max_seconds":null,"target":null}}','{"dataset":{"id":"18565d0da72dafd52595fe48b03ca9b06dfc2c05d0c4c155576631d0aae8eb7e","name":"iris","source":"built_in","rows":150,"features":["sepal length (cm)","sepal width (cm)","petal length (cm)","petal width (cm)"],"target":"species","task":"multiclass","class_counts":{"setosa":50,"versicolor":50,"virginica":50}},"name":"iris","tags":{},"seed":0,"mode":"single","model":{"kind":"mlp","hidden":[8],"activation":"tanh"},"regularizers":[{"kind":"none","strengths":{}},{"kind":"l1","strengths":{"strength":{"low":0.00001,"high":0.1,"log":true}}},{"kind":"elastic_net","strengths":{"strength":{"low":1e-6,"high":0.1,"log":true},"l1_ratio":{"low":0.05,"high":0.95,"log":false}}}],"baseline":null,"always":[{"kind":"l2","strengths":{"strength":0.0001}}],"objective":{"metric":"accuracy","direction":"maximize"},"evaluation":{"folds":3,"repeats":2,"test_fraction":0.25,"split":"stratified"},"training":{"epochs":50,"batch_size":64,"optimizer":{"kind":"adam","beta1":0.9,"beta2":0.999,"epsilon":1e-8},"learning_rates":[0.001],"precision":"float32","steps_per_epoch":2},"sampler":{"kind":"tpe"},"pruner":{"kind":"successive_halving","reduction_factor":3,"first_rung_epochs":null},"budget":{"max_trials":128,"max_seconds":null,"target":null},"plan":{"generation_trials":32,"cohort_lanes":48,"brackets":[{"rungs_epochs":[17,50],"share":1}]}}',128,NULL,'queued','search',NULL,NULL,0,NULL,NULL,0.0,0,0,1790000003.0,NULL,NULL);
CREATE TABLE study_tags (
	study_id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_study_tags PRIMARY KEY (study_id, "key"), 
	CONSTRAINT fk_study_tags_study_id_studies FOREIGN KEY(study_id) REFERENCES studies (id) ON DELETE CASCADE
);
INSERT INTO "study_tags" VALUES('0000000000000001','team','a');
CREATE TABLE tokens (
	name VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	created_at FLOAT NOT NULL, 
	CONSTRAINT pk_tokens PRIMARY KEY (name)
);
CREATE TABLE trials (
	study_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	regularizer VARCHAR NOT NULL, 
	strengths JSON NOT NULL, 
	derived JSON NOT NULL, 
	learning_rate FLOAT NOT NULL, 
	origin VARCHAR NOT NULL, 
	generation INTEGER NOT NULL, 
	bracket INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	failure JSON, 
	score FLOAT, 
	loss FLOAT NOT NULL, 
	rungs JSON NOT NULL, 
	started_at FLOAT NOT NULL, 
	ended_at FLOAT, 
	CONSTRAINT pk_trials PRIMARY KEY (study_id, number), 
	CONSTRAINT fk_trials_study_id_studies FOREIGN KEY(study_id) REFERENCES studies (id) ON DELETE CASCADE
);
INSERT INTO "trials" VALUES('0000000000000001',0,'none','{}','{}',0.001,'none',0,0,'complete',NULL,0.1,0.1,'[{"epochs":50,"score":0.1,"folds":[0.1,0.101,0.10200000000000001,0.10300000000000001,0.10400000000000001]}]',1790000001.0,1790000001.0);
INSERT INTO "trials" VALUES('0000000000000001',1,'l2','{"strength":0.01}','{}',0.001,'sampled',0,0,'complete',NULL,0.11,0.11,'[{"epochs":50,"score":0.11,"folds":[0.11,0.111,0.112,0.113,0.114]}]',1790000001.0,1790000001.0);
INSERT INTO "trials" VALUES('0000000000000001',2,'dropout','{"rate":0.5}','{}',0.001,'sampled',0,0,'complete',NULL,1.20000000000000009436e-01,1.20000000000000009436e-01,'[{"epochs":50,"score":0.12000000000000001,"folds":[0.12000000000000001,0.12100000000000001,0.12200000000000001,0.12300000000000001,0.12400000000000001]}]',1790000001.0,1790000001.0);
CREATE INDEX ix_studies_comparison ON studies (comparison);
CREATE INDEX ix_studies_created_at_id ON studies (created_at, id);
CREATE INDEX ix_studies_dataset_id_created_at_id ON studies (dataset_id, created_at, id);
CREATE INDEX ix_studies_ended_at ON studies (ended_at);
CREATE INDEX ix_studies_name_id ON studies (name, id);
CREATE INDEX ix_studies_state_created_at_id ON studies (state, created_at, id);
CREATE INDEX ix_events_study_id_id ON events (study_id, id);
CREATE INDEX ix_study_tags_key_value_study_id ON study_tags ("key", value, study_id);
CREATE INDEX ix_trials_study_id_loss_number ON trials (study_id, loss, number);
CREATE INDEX ix_trials_study_id_regularizer_loss_number ON trials (study_id, regularizer, loss, number);
CREATE INDEX ix_trials_study_id_regularizer_number ON trials (study_id, regularizer, number);
CREATE INDEX ix_trials_study_id_regularizer_state_number ON trials (study_id, regularizer, state, number);
CREATE INDEX ix_trials_study_id_state_loss_number ON trials (study_id, state, loss, number);
CREATE INDEX ix_trials_study_id_state_number ON trials (study_id, state, number);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',8);
COMMIT;
